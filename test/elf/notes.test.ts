import { expect, test } from 'vitest';
import { cpuTime } from '../helpers/cpu-time.ts';
import { ElfWriter, type NoteOptions } from '../helpers/elf-writer.ts';
import { forms, open } from './forms.ts';

const buildId: NoteOptions = {
  owner: 'GNU',
  type: 3,
  desc: Buffer.from('00112233445566778899aabbccddeeff00112233', 'hex'),
};
const linux: NoteOptions = { owner: 'Linux', type: 0x100, desc: Buffer.from([1, 2, 3]) };

test.each(forms)('the notes of $form are read past their padding', (form) => {
  const writer = new ElfWriter(form);
  writer.notes('.notes', [linux, buildId]);
  const file = writer.build();
  const elf = open(file);
  const { offset } = file.place('.notes');
  expect(elf.readNotes().notes).toEqual([
    { owner: 'Linux', type: 0x100, desc: Uint8Array.of(1, 2, 3), fileOffset: offset },
    { owner: 'GNU', type: 3, desc: expect.anything(), fileOffset: offset + 24 },
  ]);
  expect(elf.buildId()).toEqual({
    state: 'ready',
    value: { hex: '00112233445566778899aabbccddeeff00112233', fileOffset: offset + 24 },
  });
});

test('a section aligned to 8 has its notes padded to 8', () => {
  const writer = new ElfWriter();
  writer.notes('.note.gnu.property', [linux, linux, buildId], { align: 8 });
  expect(
    open(writer.build())
      .readNotes()
      .notes.map((note) => note.owner),
  ).toEqual(['Linux', 'Linux', 'GNU']);
});

test('without a section table the notes are those of PT_NOTE', () => {
  const writer = new ElfWriter({ noSectionTable: true });
  writer.notes('.notes', [buildId]);
  writer.segment({ type: 'NOTE', of: '.notes', align: 4 });
  expect(open(writer.build()).buildId()).toMatchObject({ state: 'ready' });
});

test('no build id is absent, one that cannot be read is malformed', () => {
  const writer = new ElfWriter();
  writer.notes('.notes', [linux]);
  expect(open(writer.build()).buildId()).toEqual({ state: 'absent', reason: 'no GNU build id note' });
  const outside = writer.build().patchSection('.notes', 'sh_offset', 0x10_0000);
  expect(open(outside).buildId()).toMatchObject({
    state: 'malformed',
    reason: expect.stringMatching(/^note at file offset 0x100000:/),
  });
});

test('a build id of a megabyte is none', () => {
  const writer = new ElfWriter();
  writer.notes('.notes', [{ ...buildId, desc: new Uint8Array(100_000) }]);
  expect(open(writer.build()).buildId()).toMatchObject({
    state: 'malformed',
    reason: expect.stringMatching(/^build id note at file offset 0x[0-9a-f]+: descsz is 100000, expected at most 64$/),
  });
});

test.each([
  ['namesz', 0, 0xffffffff, 'note', 24],
  ['descsz', 4, 0xffffffff, 'GNU build id note', 20],
  ['descsz', 4, 21, 'GNU build id note', 20],
])('a note whose %s is past the end ends the list before it, and is said to', (name, field, value, structure, left) => {
  const writer = new ElfWriter();
  writer.notes('.notes', [linux, buildId]);
  const file = writer.build();
  const at = file.place('.notes').offset + 24;
  new DataView(file.bytes.buffer).setUint32(at + field, value, true);
  const reason = `${structure} at file offset 0x${at.toString(16)}: ${name} is ${value}, and its section or segment has ${left} bytes left`;
  const elf = open(file);
  expect(elf.readNotes().notes.map((note) => note.owner)).toEqual(['Linux']);
  expect(elf.readNotes().problem?.message).toBe(reason);
  expect(elf.buildId()).toMatchObject({ state: 'malformed', reason });
});

test('a damaged note behind the build id does not hide it', () => {
  const writer = new ElfWriter();
  writer.notes('.notes', [buildId, linux]);
  const file = writer.build();
  new DataView(file.bytes.buffer).setUint32(file.place('.notes').offset + 36 + 4, 0xffff, true);
  expect(open(file).readNotes().problem?.message).toMatch(/^note at file offset 0x[0-9a-f]+: descsz is 65535, /);
  expect(open(file).buildId()).toMatchObject({ state: 'ready' });
});

test('an owner of a megabyte of NULs takes no time', () => {
  const writer = new ElfWriter();
  writer.notes('.notes', [{ owner: `${'\0'.repeat(500_000)}x`, type: 1, desc: new Uint8Array(0) }]);
  const took = cpuTime(() => expect(open(writer.build()).readNotes().notes[0]?.owner).toBe(''));
  expect(took).toBeLessThan(5000);
});

test('note sections that share a megabyte are read once', () => {
  const writer = new ElfWriter();
  const names = Array.from({ length: 200 }, (_, i) => `.note.${i}`);
  writer.section('.zeros', { bytes: new Uint8Array(1 << 20) });
  for (const name of names) writer.notes(name, [linux]);
  const file = writer.build();
  for (const name of names) file.patchSection(name, 'sh_offset', 0).patchSection(name, 'sh_size', 1 << 20);
  expect(open(file).readNotes().notes.length).toBeLessThan(100_000);
});
