/** `kinspect replay`: its formats, filters, exit codes and words. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/split-arguments.ts';
import { ParseError } from '../../src/errors.ts';
import { tempDirectory, tempFile } from '../helpers/temp-file.ts';
import { fixture, replayOf } from './collect.ts';

const listed = fixture('one-name-twice');

describe('tsv', () => {
  it('is unit, function and verdict, in the order of the encoder', async () => {
    const { out, err, code } = await replayOf(listed, { format: 'tsv' });
    expect(out.split('\n')).toEqual([
      'first.c\tf\tencoded',
      'first.c\tf\talready-generated',
      'first.c\tg\tencoded',
      'second.c\tf\talready-generated',
      'second.c\tg\talready-generated',
      'second.c\th\tencoded',
      '',
    ]);
    expect({ err, code }).toEqual({ err: '', code: 0 });
  });

  it('has an empty field where there is no name', async () => {
    const { out } = await replayOf(fixture('missing-name'), { format: 'tsv', verdict: 'unnamed-function' });
    expect(out).toBe('missing-name.c\t\tunnamed-function\n'.repeat(2));
  });

  it('stops where the run stops, and says so', async () => {
    const { out, err, code } = await replayOf(fixture('missing-name-external'), { format: 'tsv' });
    expect(out.trimEnd().split('\n').at(-1)).toBe('missing-name-external.c\t\tunnamed-function');
    expect(err).toContain('pahole 1.20 would exit with 1, and write nothing, at the unit missing-name-external.c');
    expect(err).toContain('btf_encoder.c:756');
    expect(code).toBe(0);
  });
});

describe('ndjson', () => {
  it('is an object an entry', async () => {
    const { out } = await replayOf(fixture('missing-name'), { format: 'ndjson' });
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { cu: 'missing-name.c', function: null, verdict: 'unnamed-function', line: 742 },
      { cu: 'missing-name.c', function: null, verdict: 'unnamed-function', line: 742 },
      { cu: 'missing-name.c', function: 'listed', verdict: 'encoded', line: 756 },
      { cu: 'missing-name.c', function: 'unlisted', verdict: 'not-in-list', line: 746 },
    ]);
  });
});

describe('filters', () => {
  it('leave the entries that pass all of them', async () => {
    const { out } = await replayOf(listed, { format: 'tsv', function: 'f', cu: 'second.c' });
    expect(out).toBe('second.c\tf\talready-generated\n');
  });

  it('leave a list with reasons in text', async () => {
    const { out } = await replayOf(listed, { function: 'h' });
    const [title, row] = out.split('\n');
    expect(title).toMatch(/^unit +function +verdict +line +because$/);
    expect(row).toMatch(/^second\.c +h +encoded +756 +every test was passed/);
  });

  it('add the rows to the JSON object', async () => {
    const { out } = await replayOf(listed, { format: 'json', function: 'g' });
    expect(JSON.parse(out).rows).toEqual([
      { cu: 'first.c', function: 'g', verdict: 'encoded', line: 756 },
      { cu: 'second.c', function: 'g', verdict: 'already-generated', line: 746 },
    ]);
  });

  it('answer no when nothing passes', async () => {
    expect(await replayOf(listed, { format: 'tsv', function: 'nosuch' })).toEqual({
      code: 1,
      out: '',
      err: `kinspect: ${listed}: no function entry has the name nosuch\n`,
    });
  });

  it('are refused when they are not known, or do not go together', async () => {
    await expect(replayOf(listed, { verdict: 'encode' })).rejects.toThrow(UsageError);
    await expect(replayOf(listed, { encoder: '1.25' })).rejects.toThrow(/only 1\.19, 1\.20, 1\.21 or 1\.22/);
    await expect(replayOf(listed, { summary: true, cu: 'a.c' })).rejects.toThrow(UsageError);
    await expect(replayOf(listed, { script: 'x', verdict: 'encoded' })).rejects.toThrow(UsageError);
  });
});

describe('the summary', () => {
  it('is text', async () => {
    const { out } = await replayOf(listed);
    expect(out).toContain('pahole 1.20, mcount region raw, functions_cnt 3');
    expect(out).toMatch(/list +3 function symbols, 3 slots, 3 kept/);
    expect(out).toMatch(/verdicts +3 +encoded +756/);
    expect(out).toMatch(/records +3 FUNC records, 3 after dedup/);
    expect(out).toMatch(/end +completed/);
  });

  it('is one JSON object', async () => {
    const { out } = await replayOf(fixture('zero-region'), { format: 'json' });
    expect(JSON.parse(out)).toMatchObject({
      schema: 1,
      command: 'replay',
      encoder: '1.20',
      mcount: 'raw',
      units: 1,
      missingUnits: [],
      entries: 2,
      list: { functions: 2, slots: 2, from: 'get_vmlinux_addrs', functions_cnt: 0 },
      verdicts: { encoded: 1, 'not-external': 1, declaration: 0 },
      records: 1,
      afterDedup: 1,
      repeated: [],
      whatIf: { mcount: 'relocated', records: 1, gained: [], lost: [] },
      fate: { kind: 'completed' },
    });
  });

  it('says which records dedup leaves more than once', async () => {
    const { out } = await replayOf(fixture('external-twice'), { format: 'json' });
    const { records, afterDedup, repeated } = JSON.parse(out);
    expect({ records, afterDedup }).toEqual({ records: 14, afterDedup: 12 });
    expect(repeated).toEqual(['other_names', 'other_types', 'other_count', 'dots', 'returns']);
  });

  it('compares with the .BTF of the file', async () => {
    const { out } = await replayOf(fixture('../../sample/vmlinux-aarch64'), { format: 'json' });
    expect(JSON.parse(out).btf).toMatchObject({ state: 'ready', equal: true, missing: [], unexpected: [] });
  });

  it('says that nothing is written when pahole crashes', async () => {
    const { out, err } = await replayOf(fixture('no-symtab'), { format: 'json' });
    expect(JSON.parse(out)).toMatchObject({
      fate: { kind: 'would-crash', function: 'collect_symbols' },
      afterDedup: null,
    });
    expect(err).toContain('would crash');
  });

  it('takes another version', async () => {
    const { out } = await replayOf(fixture('zero-region'), { encoder: 'v1.22', format: 'json' });
    expect(JSON.parse(out)).toMatchObject({ encoder: '1.22', records: 2, list: { functions_cnt: 2 } });
  });
});

describe('a separate debug file', () => {
  it('is found by the debug link, and can be named', async () => {
    const named = await replayOf(fixture('debug-link'), { format: 'tsv', debug: fixture('debug-link.debug') });
    const found = await replayOf(fixture('debug-link'), { format: 'tsv' });
    expect(found.out).toBe(named.out);
    expect(found.out).toContain('second.c\th\tencoded');
  });

  it('is not taken when its checksum is another', async () => {
    const directory = tempDirectory();
    const other = readFileSync(fixture('debug-link.debug'));
    other[other.length - 1] = (other.at(-1) as number) ^ 1;
    writeFileSync(join(directory, 'debug-link.debug'), other);
    writeFileSync(join(directory, 'kernel'), readFileSync(fixture('debug-link')));
    const { code, err } = await replayOf(join(directory, 'kernel'), { format: 'tsv' });
    expect(code).toBe(3);
    expect(err).toContain('no DWARF');
  });

  it('must have DWARF', async () => {
    await expect(replayOf(listed, { debug: fixture('debug-link') })).rejects.toThrow(ParseError);
  });

  it('is named in what is said of its units', async () => {
    const bytes = readFileSync(fixture('debug-link.debug'));
    const at = bytes.indexOf(Buffer.from('first.c\0')) - 8;
    expect(bytes.readUInt16LE(at)).toBe(4);
    bytes.writeUInt16LE(9, at);
    const debug = tempFile(bytes);
    const { err } = await replayOf(fixture('debug-link'), { format: 'tsv', debug });
    expect(err).toBe(
      `kinspect: ${fixture('debug-link')}: ${debug}, a unit is missing: unit at .debug_info+0x0: DWARF version 9, and versions 2 to 5 are known\n`,
    );
  });
});

describe('a script', () => {
  it('that is no regular file is told to be text', async () => {
    const script = tempDirectory();
    await expect(replayOf(listed, { script })).rejects.toThrow(
      `${script}: it is a directory; give a text file of debugger commands, one a line`,
    );
  });

  it('that is too long is named', async () => {
    const script = tempFile(Buffer.alloc((1 << 24) + 1));
    await expect(replayOf(listed, { script })).rejects.toThrow(
      `${script}, script: it has 16777217 bytes; a script has at most 16777216`,
    );
  });
});

describe('a file without DWARF', () => {
  const bare = () => {
    const bytes = readFileSync(fixture('debug-link'));
    return tempFile(bytes, 'bare');
  };

  it('gives what symbols and BTF tell, marked as inferred', async () => {
    const { code, out, err } = await replayOf(bare());
    expect(code).toBe(3);
    expect(err).toContain('there is nothing to replay');
    expect(out).toContain('inferred from symbols and BTF');
    expect(out).toMatch(/region raw: 3 function symbols, functions_cnt 3/);
  });

  it('gives no lines', async () => {
    expect(await replayOf(bare(), { format: 'ndjson' })).toMatchObject({ code: 3, out: '' });
    expect(JSON.parse((await replayOf(bare(), { format: 'json' })).out)).toMatchObject({ inferred: true, dwarf: null });
  });
});

describe('a damaged unit', () => {
  it('is named and passed over; the rest is there', async () => {
    const bytes = readFileSync(listed);
    // The first unit's length field stays, its version becomes 9.
    const at = bytes.indexOf(Buffer.from('first.c\0')) - 8;
    expect(bytes.readUInt16LE(at)).toBe(4);
    bytes.writeUInt16LE(9, at);
    const { code, out, err } = await replayOf(tempFile(bytes), { format: 'tsv' });
    expect(code).toBe(0);
    expect(err).toMatch(/a unit is missing: unit at \.debug_info\+0x0: .*version 9/);
    expect(out).toBe('second.c\tf\tencoded\nsecond.c\tg\tencoded\nsecond.c\th\tencoded\n');
  });
});

describe('a terminal', () => {
  it('gets no control character', async () => {
    const bytes = readFileSync(listed);
    bytes.write('\x1bc', bytes.indexOf(Buffer.from('second.c\0')) + 6, 'latin1');
    const file = tempFile(bytes);
    expect((await replayOf(file, { format: 'tsv' }, true)).out).toContain('second\\x1bc\th');
    expect((await replayOf(file, { format: 'tsv' })).out).toContain('second\x1bc\th');
  });
});
