/**
 * Ranged reads from a file or from memory. The only module that knows there is a file system.
 *
 * A vmlinux with DWARF is 300 MB to 1 GB and kinspect needs a few MB of it, so nothing here ever reads a whole file,
 * and no length taken from a header is allocated before it is checked against the size of the file.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { ParseError } from '../errors.ts';

export interface ByteSource {
  /** What to call it in a message: the path as given, or "decompressed .debug_info". */
  readonly name: string;
  /** Total number of bytes. */
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset`, as a view that the caller must not change.
   * @param structure what the bytes are, for the error
   * @throws ParseError truncated when the range is not inside the source; io when the read fails
   */
  read(offset: number, length: number, structure: string): Uint8Array;
  /** Where `offset` lies in the file on disk; undefined in data that exists only decompressed. */
  fileOffset(offset: number): number | undefined;
}

/** Check a range against the size of the source before anything is allocated for it. */
export function checkRange(source: ByteSource, offset: number, length: number, structure: string): void {
  const bad = !Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0;
  if (bad || offset + length > source.size) {
    throw new ParseError({
      code: 'truncated',
      structure,
      offset: Number.isSafeInteger(offset) && offset >= 0 ? source.fileOffset(offset) : undefined,
      problem: bad
        ? 'its offset or size is not a number that a file can hold'
        : `${length} bytes are needed and the file ends at 0x${source.size.toString(16)}`,
      advice: 'the file is cut off or its headers are damaged',
    });
  }
}

/** Bytes that are already in memory. */
export function memorySource(
  bytes: Uint8Array,
  name = 'memory',
  fileOffset: (offset: number) => number | undefined = (offset) => offset,
): ByteSource {
  const source: ByteSource = {
    name,
    size: bytes.length,
    read(offset, length, structure) {
      checkRange(source, offset, length, structure);
      return bytes.subarray(offset, offset + length);
    },
    fileOffset,
  };
  return source;
}

/** A window of another source; offsets count from `start`. */
export function subSource(parent: ByteSource, start: number, size: number, structure: string): ByteSource {
  checkRange(parent, start, size, structure);
  const source: ByteSource = {
    name: parent.name,
    size,
    read(offset, length, what) {
      checkRange(source, offset, length, what);
      return parent.read(start + offset, length, what);
    },
    fileOffset: (offset) => parent.fileOffset(start + offset),
  };
  return source;
}

export interface FileSource extends ByteSource {
  close(): void;
}

const readableKinds = 'give the path of an uncompressed vmlinux, a kernel module or a BTF file';

/**
 * Open a regular file for ranged reads.
 * @throws ParseError io (missing, unreadable) or not-a-file (directory, FIFO, device); never blocks on a FIFO
 */
export function openFile(path: string): FileSource {
  let fd: number;
  try {
    // O_NONBLOCK so that opening a FIFO without a writer returns instead of waiting for ever.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw new ParseError({ code: 'io', structure: path, problem: describeIo(error) });
  }
  const stat = fstatSync(fd);
  if (!stat.isFile()) {
    closeSync(fd);
    const kind = stat.isDirectory() ? 'a directory' : stat.isFIFO() ? 'a FIFO' : 'a device or socket';
    throw new ParseError({ code: 'not-a-file', structure: path, problem: `it is ${kind}`, advice: readableKinds });
  }
  // Files of sysfs and procfs (/sys/kernel/btf/vmlinux) may report a size that read() does not deliver; pages of 4096
  // are the telling sign only for procfs's 0, which is read to its end below.
  if (stat.size === 0) {
    const bytes = readToEnd(fd, path);
    closeSync(fd);
    if (bytes.length === 0) {
      throw new ParseError({ code: 'truncated', structure: path, offset: 0, problem: 'the file is empty' });
    }
    return { ...memorySource(bytes, path), close: () => undefined };
  }
  const source: FileSource = {
    name: path,
    size: stat.size,
    read(offset, length, structure) {
      checkRange(source, offset, length, structure);
      // Not from the shared pool: columns keep views of these bytes for as long as the file is open.
      const bytes = new Uint8Array(length);
      readFully(fd, bytes, offset, structure);
      return bytes;
    },
    fileOffset: (offset) => offset,
    close: () => closeSync(fd),
  };
  return source;
}

function readFully(fd: number, into: Uint8Array, offset: number, structure: string): void {
  let done = 0;
  while (done < into.length) {
    let got: number;
    try {
      // One read(2) moves at most 2^31 - 4096 bytes.
      got = readSync(fd, into, done, Math.min(into.length - done, 0x4000_0000), offset + done);
    } catch (error) {
      throw new ParseError({ code: 'io', structure, offset: offset + done, problem: describeIo(error) });
    }
    if (got === 0) {
      throw new ParseError({
        code: 'truncated',
        structure,
        offset: offset + done,
        problem: 'the file became shorter while it was open',
        advice: 'open it again',
      });
    }
    done += got;
  }
}

function readToEnd(fd: number, path: string): Uint8Array {
  const parts: Buffer[] = [];
  for (;;) {
    const part = Buffer.alloc(1 << 16);
    let got: number;
    try {
      got = readSync(fd, part, 0, part.length, null);
    } catch (error) {
      throw new ParseError({ code: 'io', structure: path, problem: describeIo(error) });
    }
    if (got === 0) return new Uint8Array(Buffer.concat(parts));
    parts.push(part.subarray(0, got));
  }
}

const ioProblems: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'a part of the path is not a directory',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the path is too long',
  ENXIO: 'it is a device or socket without anything behind it',
  EIO: 'the device reports a read error (EIO)',
  EISDIR: 'it is a directory',
};

function describeIo(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  return ioProblems[code] ?? `the system reports ${code}`;
}
