/** Lists of the kernel, which are read from end to end and closed. */
import { type FileSource, openFile } from '../bytes/byte-source.ts';
import { type Availability, availability } from '../errors.ts';

/** Open, read, close; what is wrong with the file is its state. */
export function readWholeFile<T>(path: string, read: (source: FileSource) => T): Availability<T> {
  return availability(() => {
    const source = openFile(path, 'give a copy of the list, or its path under /proc or /sys');
    try {
      return read(source);
    } finally {
      source.close();
    }
  });
}
