/**
 * Words of a command line that the summary or the report shows to be copied.
 */

/** A word, quoted where a POSIX shell needs it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
