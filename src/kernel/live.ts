/**
 * The machine that the program runs on: what its kernel says of itself, and where its file may be.
 *
 *   /proc/kallsyms                                     zeros unless root asks, or kernel.kptr_restrict is 0
 *   /sys/kernel/tracing/available_filter_functions     root only; under /sys/kernel/debug where tracefs is not mounted
 *   /sys/kernel/btf/vmlinux                            anybody's
 *   /sys/kernel/notes                                  the build id, anybody's
 */
import { memorySource, readPrefix } from '../bytes/byte-source.ts';
import { NT_GNU_BUILD_ID, readNotes } from '../elf/notes.ts';

export interface LiveMachine {
  readonly release: string;
  /** uname -m. */
  readonly architecture: string;
  readonly kallsyms: string;
  /** Whether it shows this reader any address. */
  readonly hasAddresses: boolean;
  readonly ftrace: string | undefined;
  readonly btf: string | undefined;
  /** A vmlinux with its symbols, else a boot image; undefined where none of the usual places has one. */
  readonly image: string | undefined;
  readonly buildId: string | undefined;
  /** What is missing and what to do, each a clause. */
  readonly notes: readonly string[];
}

export interface LiveOptions {
  readonly release: string;
  readonly architecture: string;
  /** In place of /, for a tree of another machine. */
  readonly root?: string | undefined;
}

const images = (release: string): readonly string[] => [
  `/usr/lib/debug/boot/vmlinux-${release}`,
  `/usr/lib/debug/lib/modules/${release}/vmlinux`,
  `/usr/lib/debug/usr/lib/modules/${release}/vmlinux`,
  `/lib/modules/${release}/build/vmlinux`,
  `/boot/vmlinux-${release}`,
  `/boot/vmlinuz-${release}`,
  `/lib/modules/${release}/vmlinuz`,
];

const tracing = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];

/** Look at the machine. Nothing is thrown: what cannot be had is a note. */
export function findLive({ release, architecture, root = '' }: LiveOptions): LiveMachine {
  const at = (path: string): string => `${root}${path}`;
  const isThere = (path: string): boolean => readPrefix(at(path), 1).bytes !== undefined;
  const notes: string[] = [];
  const lists = tracing.map((directory) => `${directory}/available_filter_functions`);
  const ftrace = lists.find(isThere);
  if (ftrace === undefined) {
    const denied = lists.find((path) => readPrefix(at(path), 1).code === 'EACCES');
    notes.push(
      denied === undefined
        ? 'no available_filter_functions: mount tracefs on /sys/kernel/tracing, as root'
        : `${denied} is for root only: run as root, or copy it and give it with --ftrace`,
    );
  }
  const btf = isThere('/sys/kernel/btf/vmlinux') ? at('/sys/kernel/btf/vmlinux') : undefined;
  if (btf === undefined) notes.push('no /sys/kernel/btf/vmlinux: the kernel was built without CONFIG_DEBUG_INFO_BTF');
  const image = images(release).find(isThere);
  if (image === undefined) {
    const denied = images(release).find((path) => readPrefix(at(path), 1).code === 'EACCES');
    notes.push(
      denied === undefined
        ? `no vmlinux or vmlinuz of ${release} in the usual places: install its debug package (-dbg, -dbgsym, -debuginfo)`
        : `${denied} is for root only`,
    );
  }
  const head = Buffer.from(readPrefix(at('/proc/kallsyms'), headSize).bytes ?? []).toString('latin1');
  const hasAddresses = /^0*[1-9a-f][\da-f]* /m.test(head);
  return {
    release,
    architecture,
    kallsyms: at('/proc/kallsyms'),
    hasAddresses,
    ftrace: ftrace === undefined ? undefined : at(ftrace),
    btf,
    image: image === undefined ? undefined : at(image),
    buildId: runningBuildId(readPrefix(at('/sys/kernel/notes'), mostNotes).bytes),
    notes,
  };
}

const mostNotes = 1 << 16;
/** Of kallsyms: enough to be past symbols that are at zero anyway. */
const headSize = 1 << 12;

/** The GNU build id in /sys/kernel/notes, which is in the byte order of this machine. */
function runningBuildId(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  const { notes } = readNotes(memorySource(bytes), 0, bytes.length, 4, littleEndian);
  const note = notes.find(({ owner, type }) => owner === 'GNU' && type === NT_GNU_BUILD_ID);
  return note === undefined ? undefined : Buffer.from(note.desc).toString('hex');
}
