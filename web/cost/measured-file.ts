/** Where the site keeps what was measured, from its root. */
export const measuredFile = "measured.json";
