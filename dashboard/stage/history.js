// @ts-check
// The page in the browser's history: each setting is a step that Back undoes, how a run is looked at is none.

const EMBEDDING = ["embed", "embed_options"]; // Streamlit's own, which its server does not see
const BURST = 1000; // milliseconds: keys held on one control are faster than that, and are one change together

/**
 * What an address says of the run itself.
 * @param {string} search
 * @param {string[]} looks
 */
export function settingsOf(search, looks) {
  const named = [...new URLSearchParams(search)].filter(([name]) => !looks.includes(name) && !EMBEDDING.includes(name));
  return new Map(named);
}

/**
 * The settings in which two addresses differ.
 * @param {string} before
 * @param {string} after
 * @param {string[]} looks
 */
export function changedSettings(before, after, looks) {
  const [was, is] = [settingsOf(before, looks), settingsOf(after, looks)];
  return [...new Set([...was.keys(), ...is.keys()])].filter((name) => was.get(name) !== is.get(name));
}

/**
 * Streamlit makes an entry of every address that its server sends. Those that only say how something is looked at go into the entry
 * that is there, and so does the full address of what was opened by a shorter one.
 */
export class Steps {
  /** @param {Pick<Window, "history" | "location" | "performance" | "addEventListener">} page */
  constructor(page) {
    this.page = page;
    /** @type {string | undefined} the path that it looks after; other pages of the app have addresses of another kind */
    this.path = undefined;
    /** @type {string[]} */
    this.looks = [];
    this.latest = { names: "", at: -Infinity };
    const { history } = page;
    const push = history.pushState.bind(history);
    history.pushState = (state, unused, url) => {
      if (url && this.stays(new URL(url, page.location.href))) history.replaceState(state, unused, url);
      else push(state, unused, url);
    };
    page.addEventListener("popstate", () => void (this.latest = { names: "", at: -Infinity }));
  }

  /**
   * A stage was mounted here: the link that led to it may say less, or what could not be shown.
   * @param {import("./received.js").Address} address
   */
  arrive({ query, looks }) {
    const { history, location } = this.page;
    this.path = location.pathname;
    this.looks = looks;
    const full = new URLSearchParams(query);
    for (const name of EMBEDDING) for (const value of new URLSearchParams(location.search).getAll(name)) full.append(name, value);
    if (full.toString() === new URLSearchParams(location.search).toString()) return;
    history.replaceState(history.state, "", `${location.pathname}?${full}`);
  }

  /**
   * Whether an address belongs into the entry that is there.
   * @param {URL} url
   */
  stays({ pathname, search }) {
    const { location, performance } = this.page;
    if (pathname !== this.path || location.pathname !== this.path) return false;
    const changed = changedSettings(location.search, search, this.looks);
    if (!changed.length || !settingsOf(location.search, this.looks).size) return true;
    const [names, at] = [changed.join(), performance.now()];
    const goesOn = names === this.latest.names && at - this.latest.at < BURST;
    this.latest = { names, at };
    return goesOn;
  }
}
