// The view options that Python declares and the hand sets: the word of each, as a link would have it.

class ViewOptions {
  constructor(report) {
    Object.assign(this, { report, declared: {} });
  }

  // An experiment that is opened brings its own; until another is, the hand's stay, whatever Python knew when it sent the payload.
  take(declared, opened) {
    const before = opened ? {} : this.declared;
    const kept = ([name, option]) => [name, { ...option, value: (before[name] ?? option).value }];
    this.declared = Object.fromEntries(Object.entries(declared).map(kept));
  }

  set(name, value) {
    if (this.declared[name]) this.declared[name].value = value;
    this.report(name, value);
  }

  // Of an option with two choices: whether it is not as usual, and to make it so or not.
  on(name) {
    const option = this.declared[name];
    return option !== undefined && option.value === option.choices[1];
  }

  setOn(name, on) {
    this.set(name, this.declared[name]?.choices[Number(on)]);
  }

  // Those that a link that is handed on leaves out.
  get unshared() {
    return Object.keys(this.declared).filter((name) => !this.declared[name].shared);
  }
}
