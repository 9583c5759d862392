/** Version of the engine: part of what a state hash is a function of. */
export const ENGINE_VERSION = "0.1.0";
