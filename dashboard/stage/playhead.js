// @ts-check
// The playhead: where in its payload a stage stands, and how it moves. Its owner is shown every move, and told where the hand commits to.

/**
 * What the playhead reads of what the stage received.
 * @typedef {object} Timeline
 * @property {number[]} generations the generation of each frame
 * @property {number | null} start the generation that it opens at, standing still; null where it begins to play
 * @property {boolean} [growing] whether generations are still coming
 */

const MILLISECONDS_A_GENERATION = 120; // each can still be seen, and thirty are over in less than four seconds
const LONGEST_TICK = 250; // a page that slept does not leap when it wakes
const SETTLED = 250; // keys come in bursts; the last one counts

/** Whether this reader asked for nothing to move. */
export function reducedMotion() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

export class Playhead {
  /**
   * @param {() => void} moved is called at every move
   * @param {(generation: number) => void} committed is told where the hand let go
   */
  constructor(moved, committed) {
    this.moved = moved;
    this.committed = committed;
    /** @type {Timeline} */
    this.timeline = { generations: [0], start: null };
    this.position = 0;
    this.reached = 0; // the farthest generation shown
    this.playing = false;
    this.speed = 1;
    this.loop = false;
    /** @type {number | undefined} the generation that is held on to while the run grows */
    this.aim = undefined;
    this.frameRequest = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.commitTimer = undefined;
  }

  get last() {
    return this.timeline.generations.length - 1;
  }

  get frame() {
    return Math.round(this.position);
  }

  get generation() {
    return this.timeline.generations[this.frame];
  }

  /** Whether all of the run was shown. */
  get seen() {
    return !this.timeline.growing && this.reached >= this.timeline.generations[this.last];
  }

  /** What was shown before counts no more. */
  forget() {
    this.reached = 0;
    this.reach();
  }

  reach() {
    this.reached = Math.max(this.reached, this.timeline.generations[Math.floor(this.position)]);
  }

  /**
   * The same experiment with other frames keeps its generation; another one begins where its link says, or at its beginning.
   * While a run grows, a generation that has no frame, or none yet, is held on to and found again.
   * @param {Timeline} timeline
   * @param {boolean} opened whether it is another experiment
   */
  take(timeline, opened) {
    if (opened) clearTimeout(this.commitTimer);
    const aim = opened ? this.opening(timeline) : (this.aim ?? this.generationAt());
    this.timeline = timeline;
    const held = timeline.growing && (!this.playing || aim > timeline.generations[this.last]);
    this.aim = held ? aim : undefined;
    this.position = !opened && this.playing ? this.placeOf(aim) : this.frameOf(aim);
    if (opened) this.reached = 0;
    this.reach();
  }

  open() {
    this.pause();
    this.moveTo(this.position);
    if (this.timeline.start === null && !reducedMotion()) this.start();
  }

  /**
   * The generation that what is opened begins at: the one its link names, or the beginning (the end, where nothing may move).
   * @param {Timeline} timeline
   */
  opening(timeline) {
    return timeline.start ?? (reducedMotion() ? timeline.generations[timeline.generations.length - 1] : 0);
  }

  /** Between two frames too, so that what is played goes on without a jerk when its frames are others. */
  generationAt() {
    if (!this.playing) return this.generation;
    const at = this.timeline.generations;
    const frame = Math.floor(this.position);
    return at[frame] + (this.position - frame) * ((at[frame + 1] ?? at[frame]) - at[frame]);
  }

  /**
   * Where a generation stands among the frames, between two of them too.
   * @param {number} generation
   */
  placeOf(generation) {
    const frames = this.timeline.generations;
    const next = frames.findIndex((t) => t >= generation);
    return next < 1 ? this.frameOf(generation) : next - (frames[next] - generation) / (frames[next] - frames[next - 1]);
  }

  /**
   * The frame closest to a generation; a long run has fewer frames than generations.
   * @param {number} generation
   */
  frameOf(generation) {
    const away = this.timeline.generations.map((t) => Math.abs(t - generation));
    return away.indexOf(Math.min(...away));
  }

  /** @param {number} position a frame, or between two */
  moveTo(position) {
    this.position = Math.max(0, Math.min(this.last, position));
    this.reach();
    this.moved();
  }

  start() {
    this.aim = undefined;
    if (this.position >= this.last && !this.timeline.growing) this.begin();
    this.run((ahead) => {
      if (ahead < this.last) this.moveTo(ahead);
      else if (this.timeline.growing) this.moveTo(this.last);
      else if (this.loop) this.begin();
      else this.commit(this.last);
    });
  }

  /** From the beginning, as if nothing had been shown. */
  begin() {
    this.position = 0;
    this.forget();
    this.moved();
  }

  /**
   * Plays on to a frame and stays there; where nothing may move it is there at once.
   * @param {number} frame
   * @param {() => void} arrived
   */
  goTo(frame, arrived) {
    const there = () => {
      this.pause();
      this.moveTo(frame);
      arrived();
    };
    if (reducedMotion() || frame <= this.position) there();
    else this.run((ahead) => (ahead < frame ? this.moveTo(ahead) : there()));
  }

  /** @param {(ahead: number) => void} advance is told the position that the time has come for */
  run(advance) {
    this.pause();
    clearTimeout(this.commitTimer);
    this.playing = true;
    let before = performance.now();
    const tick = (/** @type {number} */ now) => {
      if (!this.playing) return;
      const ahead = this.position + (Math.min(now - before, LONGEST_TICK) * this.speed) / MILLISECONDS_A_GENERATION;
      before = now;
      advance(ahead);
      if (this.playing) this.frameRequest = requestAnimationFrame(tick);
    };
    this.moveTo(this.position);
    this.frameRequest = requestAnimationFrame(tick);
  }

  pause() {
    this.playing = false;
    cancelAnimationFrame(this.frameRequest);
  }

  toggle() {
    if (this.playing) this.commit(this.frame);
    else this.start();
  }

  /** @param {number} frame */
  scrub(frame) {
    this.pause();
    this.aim = undefined;
    this.moveTo(frame);
  }

  /** @param {import("./keys.js").Move} move */
  move(move) {
    if (move === "toggle") this.toggle();
    else if (move === "previous") this.step(-1);
    else if (move === "next") this.step(1);
    else this.jump(move === "first" ? 0 : Infinity);
  }

  /** @param {number} by frames */
  step(by) {
    this.jump(this.frame + by);
  }

  /** @param {number} frame */
  jump(frame) {
    this.scrub(frame);
    this.commitSoon();
  }

  commitSoon() {
    clearTimeout(this.commitTimer);
    this.commitTimer = setTimeout(() => this.commit(this.position), SETTLED);
  }

  /**
   * The hand has let go: stand still on a whole generation.
   * @param {number} frame
   */
  commit(frame) {
    clearTimeout(this.commitTimer);
    this.scrub(frame);
    this.committed(this.generation);
  }

  dispose() {
    clearTimeout(this.commitTimer);
    this.pause();
  }
}
