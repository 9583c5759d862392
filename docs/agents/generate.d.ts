/** Every page as a map from its path to its text: the overview and one for each type. */
export function agentPages(): Promise<Map<string, string>>;
/** Path of a type's example scenario, from the root. */
export function exampleOf(name: string): string;
