import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { Playhead } from "../../dashboard/stage/playhead.js";
import { Clock } from "./page.mjs";

const GENERATION = 120; // milliseconds
const EVERY = [0, 1, 2, 3, 4, 5];
let clock, positions, committed;

function playhead(timeline = {}) {
  const head = new Playhead(() => positions.push(head.position), (generation) => committed.push(generation));
  head.take({ generations: EVERY, start: null, ...timeline }, true);
  return head;
}

beforeEach(() => {
  clock = new Clock();
  positions = [];
  committed = [];
});

describe("opening", () => {
  test("plays from the beginning", () => {
    const head = playhead();
    head.open();
    assert.equal(head.playing, true);
    assert.equal(head.frame, 0);
  });

  test("a link's generation stands still, at the closest frame there is", () => {
    const head = playhead({ generations: [0, 4, 8], start: 5 });
    head.open();
    assert.deepEqual([head.playing, head.frame, head.generation], [false, 1, 4]);
  });

  test("where nothing may move the end stands still", () => {
    clock = new Clock({ reduced: true });
    const head = playhead();
    head.open();
    assert.deepEqual([head.playing, head.generation], [false, 5]);
  });
});

describe("playing", () => {
  test("takes 120 milliseconds a generation, and commits to the last", () => {
    const head = playhead();
    head.start();
    clock.move(2.5 * GENERATION);
    assert.ok(head.position > 2.3 && head.position <= 2.5, `${head.position}`);
    clock.move(3 * GENERATION);
    assert.deepEqual([head.playing, head.position, committed], [false, 5, [5]]);
  });

  test("twice the speed takes half the time", () => {
    const head = playhead();
    head.speed = 2;
    head.start();
    clock.move(GENERATION);
    assert.ok(head.position > 1.7 && head.position <= 2);
  });

  test("begins anew at the end", () => {
    const head = playhead();
    head.scrub(5);
    head.start();
    assert.equal(head.position, 0);
  });

  test("in a loop it never commits", () => {
    const head = playhead();
    head.loop = true;
    head.start();
    clock.move(20 * GENERATION);
    assert.deepEqual([head.playing, committed], [true, []]);
    assert.ok(positions.filter((at) => at === 0).length >= 3);
  });

  test("a page that slept does not leap", () => {
    const head = playhead({ generations: Array.from({ length: 100 }, (_, t) => t) });
    head.start();
    clock.move(GENERATION);
    clock.sleep(60_000);
    clock.move(1);
    assert.ok(head.position < 1 + 250 / GENERATION + 1e-9);
  });

  test("toggling stops on a whole generation and tells it", () => {
    const head = playhead();
    head.toggle();
    clock.move(1.4 * GENERATION);
    head.toggle();
    assert.deepEqual([head.playing, head.position, committed], [false, 1, [1]]);
  });

  test("a run that waits for a frame that was taken away is over", () => {
    const head = playhead();
    const frames = [];
    globalThis.requestAnimationFrame = (act) => frames.push(act);
    head.start();
    head.pause();
    frames.forEach((act) => act(GENERATION));
    assert.equal(head.position, 0);
  });

  test("of a single generation it is over at once", () => {
    const head = playhead({ generations: [0] });
    head.open();
    clock.move(GENERATION);
    assert.deepEqual([head.playing, head.position, committed], [false, 0, [0]]);
  });
});

describe("the hand", () => {
  test("moves within the run only", () => {
    const head = playhead();
    head.step(-1);
    assert.equal(head.position, 0);
    head.jump(Infinity);
    assert.equal(head.position, 5);
  });

  test("of a burst of keys the last one counts, a quarter of a second later", () => {
    const head = playhead();
    for (let pressed = 0; pressed < 3; pressed++) {
      head.step(1);
      clock.move(100);
    }
    assert.deepEqual(committed, []);
    clock.move(250);
    assert.deepEqual(committed, [3]);
  });

  test("what is played in the meantime is not stopped by it", () => {
    const head = playhead();
    head.jump(0);
    head.start();
    clock.move(300);
    assert.equal(head.playing, true);
  });

  test("a walk goes on although the jump to its beginning is not told yet", () => {
    const head = playhead();
    let arrived = 0;
    head.jump(0);
    head.goTo(4, () => arrived++);
    clock.move(5 * GENERATION);
    assert.deepEqual([arrived, head.position, head.playing, committed], [1, 4, false, []]);
  });

  test("a walk to where one is, or without motion, is there at once", () => {
    const head = playhead();
    let arrived = 0;
    head.goTo(0, () => arrived++);
    clock = new Clock({ reduced: true });
    head.goTo(3, () => arrived++);
    assert.deepEqual([arrived, head.position], [2, 3]);
  });

  test("tells nothing once the stage is gone", () => {
    const head = playhead();
    head.jump(2);
    head.dispose();
    clock.move(1000);
    assert.deepEqual(committed, []);
  });
});

describe("one thing after the other", () => {
  const LONG = { generations: Array.from({ length: 100 }, (_, t) => t) };

  test("a walk that begins while it plays is no faster", () => {
    const head = playhead(LONG);
    head.start();
    head.goTo(90, () => {});
    clock.move(10 * GENERATION);
    assert.ok(head.position > 9 && head.position <= 10, `${head.position}`);
  });

  test("starting twice is no faster either", () => {
    const head = playhead(LONG);
    head.start();
    head.start();
    clock.move(10 * GENERATION);
    assert.ok(head.position > 9 && head.position <= 10, `${head.position}`);
  });

  test("where the hand let go of one experiment is not told of the next", () => {
    const head = playhead();
    head.jump(3);
    head.take({ generations: EVERY, start: 1 }, true);
    head.open();
    clock.move(1000);
    assert.deepEqual([head.generation, committed], [1, []]);
  });
});

describe("other frames of the same experiment", () => {
  test("keep the generation", () => {
    const head = playhead({ generations: [0, 2, 4, 6] });
    head.scrub(2);
    head.take({ generations: [0, 1, 2, 3, 4, 5, 6], start: null }, false);
    assert.equal(head.generation, 4);
  });

  test("keep it between two frames too while it plays", () => {
    const head = playhead({ generations: [0, 2, 4, 6] });
    head.start();
    clock.move(1.5 * GENERATION);
    const before = 2 * head.position;
    head.take({ generations: [0, 1, 2, 3, 4, 5, 6], start: null }, false);
    assert.ok(Math.abs(head.position - before) < 1e-12);
    head.moveTo(6);
    assert.equal(head.generationAt(), 6, "behind the last frame there is none");
  });

  test("a generation before the first frame is the first frame", () => {
    const head = playhead({ generations: [2, 3] });
    assert.equal(head.placeOf(1), 0);
  });

  test("while a run grows, what a hand holds on to is found again", () => {
    const head = playhead({ generations: [0, 1, 2, 3, 4, 5], growing: true });
    head.scrub(5);
    head.take({ generations: [0, 2, 4], start: null, growing: true }, false);
    assert.equal(head.generation, 4);
    head.take({ generations: [0, 5, 10], start: null, growing: true }, false);
    assert.equal(head.generation, 5);
  });

  test("a link's generation that is not there yet is waited for", () => {
    const head = playhead({ generations: [0, 1], start: 4, growing: true });
    assert.equal(head.generation, 1);
    head.take({ generations: EVERY, start: 4, growing: false }, false);
    assert.equal(head.generation, 4);
  });

  test("playing waits at the end of what has grown, and goes on", () => {
    const head = playhead({ generations: [0, 1], growing: true });
    head.start();
    clock.move(5 * GENERATION);
    assert.deepEqual([head.playing, head.position, committed], [true, 1, []]);
    head.take({ generations: EVERY, start: null, growing: true }, false);
    clock.move(GENERATION);
    assert.ok(head.position > 1.7);
  });

  test("another experiment begins anew", () => {
    const head = playhead();
    head.scrub(3);
    head.take({ generations: EVERY, start: null }, true);
    assert.equal(head.position, 0);
  });
});

describe("the keys", () => {
  test("move it: to the next generation, the one before, the ends, and on", () => {
    const head = playhead();
    const seen = ["next", "next", "previous", "last", "first"].map((move) => (head.move(move), head.generation));
    assert.deepEqual(seen, [1, 2, 1, 5, 0]);
    head.move("toggle");
    assert.equal(head.playing, true);
  });
});

describe("what was shown", () => {
  test("is remembered by its generation, and forgotten with the experiment or when it is asked for", () => {
    const head = playhead({ generations: [0, 4, 8] });
    head.jump(1);
    head.jump(0);
    assert.deepEqual([head.reached, head.seen], [4, false]);
    head.take({ generations: EVERY, start: null }, false);
    assert.equal(head.reached, 4, "other frames of the same experiment");
    head.forget();
    assert.equal(head.reached, head.generation);
    head.jump(Infinity);
    assert.equal(head.seen, true);
    head.take({ generations: EVERY, start: 2 }, true);
    assert.deepEqual([head.reached, head.seen], [2, false]);
  });
});
