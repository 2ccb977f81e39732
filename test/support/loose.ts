/** A parsed answer of a foreign protocol, whose form the test itself asserts. */
export type Loose = ReturnType<typeof JSON.parse>
