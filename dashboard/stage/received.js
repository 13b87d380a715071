// @ts-check
// What the stage receives. These types are the schema: the editor checks the scripts against them, Python's tests what is sent.
// Nothing received is ever changed; what the browser adds stands in its own values (`ViewState` in `panel.js`).

/**
 * A run as the stage shows it, the same for all who look at it in the same way.
 * @typedef {object} Payload
 * @property {number[]} generations the generation of each frame
 * @property {string} verdict the headline
 * @property {string} line the plain line under it
 * @property {string} detail how sure that is, for those who ask
 * @property {string[]} captions one a frame
 * @property {string} world the replicate whose rows are drawn, counted from 0
 * @property {Choice[]} worlds those that can be picked
 * @property {string} map the kind of map that is drawn
 * @property {Choice[]} maps those that can be picked
 * @property {Record<string, string>} terms what words of the glossary mean, by the form in which they stand
 * @property {Highlight[]} highlights the moments worth talking about, in their order
 * @property {Record<string, Record<string, string>>} palette "#rrggbb" by role, of each theme, "light" and "dark", and of paper, "print"
 * @property {Credit} credit what made the picture
 * @property {PanelSpec[]} panels in their order on stage
 */

/**
 * How one visitor looks at it; the page sends it beside the payload.
 * @typedef {object} Context
 * @property {string} id another one is another opening: what the hand had set before is forgotten
 * @property {number | null} start the generation that it opens at, standing still; null where it begins to play
 * @property {string} plotly where the drawing library lies
 * @property {Record<string, Option>} options the view options that the stage reports, by name
 * @property {boolean} [presets] whether number keys open presets
 * @property {boolean} [growing] whether generations are still coming
 * @property {boolean} [lowered] whether something is told above the stage
 * @property {string} [before] where this is the run before the one that was asked for, what says so
 * @property {boolean} [takesFocus] whether the keyboard is the stage's once it is opened
 * @property {Address} [address] where the page itself says what is on stage
 * @property {string} [link] where it can be opened; the page's own address where nothing is said
 * @property {string} [verdict] in place of the payload's
 * @property {string} [line] in place of the payload's
 * @property {string} [detail] in place of the payload's
 * @property {Early} [early] in place of both, until a run that is drawn as it plays has been played to its end
 * @property {Choice[]} [worlds] in place of the payload's
 * @property {Choice[]} [maps] in place of the payload's
 */

/**
 * @typedef {object} Address
 * @property {string} query what the address bar should say of what is on stage
 * @property {string[]} looks the parameters that only say how it is looked at
 */

/** @typedef {Payload & Context} Received */

/**
 * @typedef {object} Early
 * @property {string} verdict
 * @property {string} line
 */

/**
 * @typedef {object} Choice
 * @property {string} value as a link would have it
 * @property {string} text as the eye reads it
 */

/**
 * @typedef {object} Highlight
 * @property {number} t the generation
 * @property {string} text what happens there
 */

/**
 * @typedef {object} Credit
 * @property {string} software name and version
 * @property {number} seed of the run
 */

/**
 * @typedef {object} Option
 * @property {string | null} value the word of the present choice; null where nothing is chosen
 * @property {string[]} choices its words, the usual one first; empty where any word will do
 * @property {boolean} shared whether a link that is handed on says it
 */

/**
 * A panel; each kind has content of its own besides, declared in its script.
 * @typedef {object} PanelSpec
 * @property {string} name the panel keeps its place as long as the name stays
 * @property {string} kind who draws it
 * @property {string} title the words above it
 * @property {string} [early_title] the words while its end is not to be seen, where the title tells of it
 * @property {string} alt the same with numbers, for those who do not see it
 * @property {string} slot its place on stage: first, second, third or curve
 * @property {string} help what the title tells when a pointer rests on it
 * @property {Trace[]} data Plotly's traces
 * @property {Record<string, any>} layout Plotly's layout
 * @property {Frame[]} frames one a generation, or none
 * @property {boolean} [map_picker] whether the choice of the map stands on it
 * @property {LegendEntry[]} [legend] what its marks say
 * @property {boolean} [lead] whether it stands first where panels stand below each other
 */

/** @typedef {Record<string, any>} Trace */

/**
 * @typedef {object} Frame
 * @property {number[]} traces the places of the traces that it changes
 * @property {Record<string, any>[]} data what it changes, by attribute
 */

/**
 * The name of a line, which stands beside it where there is room.
 * @typedef {object} LineName
 * @property {string} text on the page
 * @property {string} term in print
 * @property {number} of the place of the line among the traces
 * @property {string} colour a role of the palette
 * @property {number} size of its type, in pixels
 */

/**
 * @typedef {object} LegendEntry
 * @property {string} mark the class of its mark
 * @property {string} text what it says on the page
 * @property {string} term what it says in print
 */

/**
 * What stage and panels read of a run. Its own values cannot be replaced; a test sees that nothing within is.
 * @param {string} payload as JSON, shared by all visitors
 * @param {Context} context goes over what the payload says
 * @returns {Readonly<Received>}
 */
export function readReceived(payload, context) {
  return Object.freeze({ .../** @type {Payload} */ (JSON.parse(payload)), ...context });
}
