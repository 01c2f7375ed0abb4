/** Completion of a path that is being typed: as far as all the names that begin so agree. */
import { listDirectory } from '../../bytes/byte-source.ts';

/** @returns the longer text, and the names that could follow where it is not decided yet */
export function completePath(text: string): { readonly text: string; readonly choices: readonly string[] } {
  const slash = text.lastIndexOf('/') + 1;
  const [directory, start] = [text.slice(0, slash), text.slice(slash)];
  const names = listDirectory(directory === '' ? '.' : directory).filter(
    // Hidden names are for whoever types their dot.
    (name) => name.startsWith(start) && (start !== '' || !name.startsWith('.')),
  );
  const [first, ...others] = names;
  if (first === undefined) return { text, choices: [] };
  let common = first;
  for (const name of others) while (!name.startsWith(common)) common = common.slice(0, -1);
  return { text: directory + common, choices: others.length === 0 ? [] : names };
}
