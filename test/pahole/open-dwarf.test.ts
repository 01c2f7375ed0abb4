/** A separate debug file that is where it should be, and of no use, is not said to be missing. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { cli } from '../cli/collect.ts';
import { kernel, kernelWithDwarf } from '../damage/case.ts';
import { die, strp, unit } from '../helpers/dwarf-writer.ts';
import { tempDirectory } from '../helpers/temp-file.ts';

const debug = (): Uint8Array =>
  kernelWithDwarf([unit(die('compile_unit', { name: strp('a.c') }, [die('subprogram', { name: strp('alpha') })]))]);

/** What `replay` says of a kernel whose .gnu_debuglink is that of {@link debug}, with this file beside it. */
async function replayWith(bytes: Uint8Array | undefined): Promise<{ code: number; err: string }> {
  const directory = tempDirectory();
  const link = Buffer.concat([Buffer.from('k.debug\0'), Buffer.alloc(4)]);
  link.writeUInt32LE(crc32(debug()), 8);
  const file = join(directory, 'k');
  writeFileSync(file, kernel({ more: (elf) => elf.section('.gnu_debuglink', { bytes: link }) }).bytes);
  if (bytes !== undefined) writeFileSync(`${file}.debug`, bytes);
  const { code, err } = await cli(['replay', file, '--format', 'tsv']);
  return { code, err: err.replaceAll(directory, 'DIR') };
}

const unfit = (why: string) => ({
  code: 3,
  err: `kinspect: DIR/k: the file has no DWARF (.debug_info), and the separate debug file where its build id and debug link say is of no use: DIR/k.debug: ${why}: there is nothing to replay; --debug FILE names a debug file\n`,
});

test('it is read, or said to be nowhere', async () => {
  expect(await replayWith(debug())).toMatchObject({ code: 0 });
  const { code, err } = await replayWith(undefined);
  expect(code).toBe(3);
  expect(err).toContain('and no separate debug file is where its build id and debug link say: there is nothing');
});

test('it was cut off', async () => {
  const whole = Buffer.from(debug());
  const shoff = Number(whole.readBigUInt64LE(40)).toString(16);
  const size = whole.length >> 1;
  const end = size.toString(16);
  expect(await replayWith(whole.subarray(0, size))).toEqual(
    unfit(`ELF header at file offset 0x28: e_shoff is 0x${shoff} and the file ends at 0x${end}`),
  );
});

test('it is no ELF file, has no DWARF, or is of another build', async () => {
  expect(await replayWith(Buffer.from('<html>404</html>'))).toEqual(
    unfit('ELF magic at file offset 0x0: found 3c 68 74 6d, expected 7f 45 4c 46: not an ELF file'),
  );
  expect(await replayWith(kernel().bytes)).toEqual(unfit('it has no DWARF (.debug_info)'));
  const another = debug();
  another[7] = 1;
  expect(await replayWith(another)).toEqual(unfit('its checksum is not that of .gnu_debuglink'));
});
