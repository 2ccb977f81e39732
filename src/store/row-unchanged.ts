/** Rolls a batch back in which a row changed nothing that had to. */
export class RowUnchanged extends Error {}
