// The playhead: where in its payload a stage stands, and how it moves. Its owner is shown every move, and told where the hand commits to.

const MILLISECONDS_A_GENERATION = 120;
const reducedMotion = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

class Playhead {
  constructor(moved, committed) {
    Object.assign(this, { moved, committed, position: 0, playing: false, speed: 1, loop: false });
  }

  get last() {
    return this.payload.generations.length - 1;
  }

  get frame() {
    return Math.round(this.position);
  }

  get generation() {
    return this.payload.generations[this.frame];
  }

  // The same experiment with other frames keeps its generation; another one begins where its link says, or at its beginning.
  // While a run grows, a generation that has no frame, or none yet, is held on to and found again.
  take(payload, opened) {
    const before = opened ? null : this.payload;
    this.payload = payload;
    const aim = before ? (this.aim ?? this.generationAt(before)) : this.opening(payload);
    const held = payload.growing && (!this.playing || aim > payload.generations.at(-1));
    this.aim = held ? aim : undefined;
    this.position = before && this.playing ? this.placeOf(aim) : this.frameOf(aim);
  }

  open() {
    this.pause();
    this.moveTo(this.position);
    if (this.payload.start === null && !reducedMotion()) this.start();
  }

  // The generation that what is opened begins at: the one its link names, or the beginning (the end, where nothing may move).
  opening(payload) {
    return payload.start ?? (reducedMotion() ? payload.generations.at(-1) : 0);
  }

  // Between two frames too, so that a payload that is played goes on without a jerk when its frames are others.
  generationAt(payload) {
    const at = payload.generations;
    const frame = this.playing ? Math.floor(this.position) : this.frame;
    return at[frame] + (this.position - frame) * ((at[frame + 1] ?? at[frame]) - at[frame]) * this.playing;
  }

  placeOf(generation) {
    const frames = this.payload.generations;
    const next = frames.findIndex((t) => t >= generation);
    return next < 1 ? this.frameOf(generation) : next - (frames[next] - generation) / (frames[next] - frames[next - 1]);
  }

  // The frame closest to a generation; a long run has fewer frames than generations.
  frameOf(generation) {
    const away = this.payload.generations.map((t) => Math.abs(t - generation));
    return away.indexOf(Math.min(...away));
  }

  moveTo(position) {
    this.position = Math.max(0, Math.min(this.last, position));
    this.moved();
  }

  start() {
    clearTimeout(this.commitTimer);
    this.aim = undefined;
    if (this.position >= this.last && !this.payload.growing) this.position = 0;
    this.run((ahead) => {
      if (ahead < this.last) this.moveTo(ahead);
      else if (this.payload.growing) this.moveTo(this.last);
      else if (this.loop) this.moveTo(0);
      else this.commit();
    });
  }

  // Plays on to a frame and stays there; where nothing may move it is there at once.
  goTo(frame, arrived) {
    const there = () => {
      this.pause();
      this.moveTo(frame);
      arrived();
    };
    if (reducedMotion() || frame <= this.position) there();
    else this.run((ahead) => (ahead < frame ? this.moveTo(ahead) : there()));
  }

  run(advance) {
    this.playing = true;
    let before = performance.now();
    const tick = (now) => {
      if (!this.playing) return;
      const ahead = this.position + (Math.min(now - before, 250) * this.speed) / MILLISECONDS_A_GENERATION;
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

  scrub(frame) {
    this.pause();
    this.aim = undefined;
    this.moveTo(frame);
  }

  step(by) {
    this.jump(this.frame + by);
  }

  jump(frame) {
    this.scrub(frame);
    this.commitSoon();
  }

  // Keys come in bursts; the last one counts.
  commitSoon() {
    clearTimeout(this.commitTimer);
    this.commitTimer = setTimeout(() => this.commit(), 250);
  }

  // The hand has let go: stand still on a whole generation.
  commit(frame = this.last && this.playing ? this.last : this.position) {
    clearTimeout(this.commitTimer);
    this.scrub(frame);
    this.committed(this.generation);
  }

  dispose() {
    clearTimeout(this.commitTimer);
    this.pause();
  }
}
