/** The root cause of one function in one sentence, with the figures of its kernel. */
import { entryName, unitName, unitOfEntry } from '../dwarf/function-entries.ts';
import { type Availability, readyValue, unreadable } from '../errors.ts';
import { verdictByte, verdictFacts } from '../pahole/verdict.ts';
import { clonedName, detailMeanings } from './causes.ts';
import type { Classified, Classifier } from './classify.ts';
import { findElsewhere } from './elsewhere.ts';
import type { Subject, WhyFact } from './why-facts.ts';
import { commas, plural } from './words.ts';

/** @param facts those of the function, for what was counted already */
export function rootCause(
  classifier: Classifier,
  subject: Subject,
  found: Classified,
  facts: readonly WhyFact[],
): string {
  const sentence = causeSentence(classifier, subject, found, facts);
  const isSaid =
    found.cause === 'in-btf' ||
    found.cause === 'not-a-function' ||
    (found.cause === 'unknown' && classifier.evidence.unread);
  const detail = found.detail === undefined || found.cause === 'no-die' ? '' : `; ${detailMeanings[found.detail]}`;
  return `${sentence}${detail}${found.inferred && !isSaid ? ` (inferred: ${noDwarf(classifier)})` : ''}`;
}

/** What keeps the DWARF from answering for a DIE that nobody has seen. */
function elsewhereWords({ encoder }: Classifier): string | undefined {
  const found = encoder && findElsewhere(encoder.replay.entries);
  if (found === undefined) return undefined;
  return `${plural(found.units, 'unit')} ${found.units === 1 ? 'has' : 'have'} DIEs or names in another file, which is not read`;
}

function causeSentence(
  classifier: Classifier,
  { name, row }: Subject,
  { cause, entry, detail }: Classified,
  facts: readonly WhyFact[],
): string {
  const { encoder, evidence } = classifier;
  const region = readyValue(evidence.kernel.mcount);
  const who = encoder === undefined ? 'pahole before 1.22' : `pahole ${encoder.version}`;
  const slots = plural(region?.count ?? 0, 'slot');
  const entries = encoder?.replay.entries;
  const fact = (id: string) => facts.find((candidate) => candidate.id === id);
  switch (cause) {
    case 'in-btf':
      if (classifier.records === 'replay') return `${who} writes a FUNC record of it`;
      return row === undefined ? recordWithoutSymbol(classifier, name) : 'it has a FUNC record';
    case 'no-btf':
      return `${who} would write a FUNC record of it, and the ${unreadable(evidence.kernel.btf) === undefined ? 'file has no BTF to hold one' : 'BTF of the file cannot be read'}: ${partReason(evidence.kernel.btf)}`;
    case 'repeated-name': {
      const verdict = entry === undefined ? undefined : encoder?.replay.verdict(entry);
      const own = verdict === undefined ? '' : `; its own entry is ${verdict}: ${verdictFacts[verdict].reason}`;
      return `the record of this name is of another function, in ${recordUnit(classifier, name)}${own}`;
    }
    case 'clone': {
      const original = clonedName(name);
      const has = classifier.hasRecord(original) ? 'which has a record' : 'which has no record either';
      return `it is a clone of ${original}, ${has}; the compiler made it, and no DIE has its name`;
    }
    case 'no-die': {
      const other = entry === undefined || entries === undefined ? undefined : entryName(entries, entry);
      if (detail === 'renamed') {
        return `the build renamed the symbol (objcopy --prefix-symbols) when the DWARF was written; there it is ${other}`;
      }
      if (detail === 'alias') return `it is an alias: the DWARF knows the function at its address as ${other}`;
      const elsewhere = elsewhereWords(classifier);
      if (elsewhere !== undefined) return `no DIE that was read has its name; ${elsewhere}`;
      return 'no DIE has its name: it is written in assembler, or made by a macro, without a description of its own';
    }
    case 'declaration-only': {
      const elsewhere = elsewhereWords(classifier);
      if (elsewhere !== undefined) return `every DIE of this name that was read is a declaration; ${elsewhere}`;
      return 'every DIE of this name is a declaration: what defines it (assembler, a file without DWARF) describes no parameters';
    }
    case 'unnamed-parameter':
      return 'a parameter has no name, and FUNC_PROTO would have to name it';
    case 'zero-region': {
      const slot = fact('slot')?.data.slot;
      const value = fact('slot')?.data.relocated;
      const from = fact('relocation')?.data.section;
      const link =
        fact('link')?.data.noApplyDynamicRelocs === true
          ? ', since the kernel was linked with --no-apply-dynamic-relocs'
          : '';
      const filled = `${typeof value === 'bigint' ? value.toString(16) : 'its address'} only at boot${typeof from === 'string' ? `, from ${from}` : ''}${link}`;
      const isAll = region !== undefined && region.rawZero === region.count;
      const seen = isAll
        ? `${who} read ${commas(region.count)} zeros, saw 0 functions and fell back to external ones, and it is static`
        : `${who} read zero and left it out of its list`;
      return `it is traceable, but its mcount slot ${slot ?? ''} is zero in the file and gets ${filled}; ${seen}`;
    }
    case 'entries-beside':
      return `its mcount slot holds an address ${Math.abs(region?.entryOffset ?? 0) || 'some'} bytes ${(region?.entryOffset ?? 0) > 0 ? 'behind' : 'before'} the symbol; ${who} looks for an exact match among ${slots}, finds none, and it is static`;
    case 'byte-order':
      return `the words of the region are big-endian and ${who} reads them in the byte order of its own machine, so none matches, and it is static`;
    case 'no-mcount':
      return `${unreadable(evidence.kernel.mcount) === undefined ? 'there is no mcount region' : 'the mcount region cannot be read'} (${partReason(evidence.kernel.mcount)}), so ${who} has no list and keeps external functions only, and it is static`;
    case 'static-empty-list':
      return `${who} saw no traceable function and fell back to external ones; it is static, and has no slot of its own in any case`;
    case 'not-traceable':
      return `it has no mcount slot, so ${who} does not have it in the list of traceable functions`;
    case 'other-encoder':
      return `${who} writes it, and the pahole that made this BTF did not: from 1.25 on functions are left out whose prototypes differ between units, or whose parameters are not where they are expected`;
    case 'run-ended': {
      const isDecided = entry !== undefined && encoder?.replay.verdict(entry) !== undefined;
      const when = isDecided ? 'encodes it, and stops before it writes anything' : 'stops before it';
      return `${who} ${when}: ${encoder?.rulesOnly ?? encoder?.replay.fate.why ?? ''}`;
    }
    case 'inlined-everywhere':
      return 'it was inlined into all its callers: it has no code of its own, and no symbol';
    case 'not-linked':
      return 'the DWARF knows it, and it has no symbol: the compiler or the linker dropped it';
    case 'not-a-function':
      return 'the symbol is not of type FUNC, and FUNC records are of functions';
    case 'no-symbol': {
      const [module] = evidence.running?.modulesWith(name) ?? [];
      if (module !== undefined)
        return `it is a function of the module ${module.module}: open ${module.module}.ko, with --btf-base for its BTF`;
      const { kernel, dwarf } = evidence;
      const lost = (
        [
          ['the symbols', kernel.symbols],
          ['the DWARF', dwarf],
          ['the BTF', kernel.btf],
        ] as const
      ).filter(([, part]) => unreadable(part) !== undefined);
      if (lost.length === 0) return 'neither a symbol, nor a DIE, nor a FUNC record has this name';
      return `nothing that can be read has this name; ${lost.map(([what]) => what).join(' and ')} cannot be read`;
    }
    case 'unknown':
      return evidence.unread
        ? unreadSentence(classifier, fact('slot'))
        : 'without DWARF (--debug FILE) it cannot be told';
  }
}

const partReason = (part: Availability<unknown>): string => (part.state === 'ready' ? '' : part.reason);

/** Since pahole 1.25 a function that is only there as a clone may have its record under its plain name. */
function recordWithoutSymbol(classifier: Classifier, name: string): string {
  const table = readyValue(classifier.evidence.kernel.symbols)?.table;
  for (const row of classifier.functionRows()) {
    const clone = table?.name(row) ?? '';
    if (clone.startsWith(`${name}.`) && clonedName(clone) === name) {
      return `it has a FUNC record, and its code is in the clone ${clone}: no symbol has the plain name`;
    }
  }
  return 'it has a FUNC record, and no symbol: its code is inlined, or the record is of another kernel';
}

const noDwarf = ({ evidence }: Classifier): string =>
  evidence.unread ? 'the DWARF is not read yet' : 'there is no DWARF';

/** What symbols and bytes do tell, before the DWARF is read. */
function unreadSentence({ evidence }: Classifier, slot: WhyFact | undefined): string {
  const traced =
    evidence.kernel.mcount.state !== 'ready'
      ? ''
      : slot?.data.slot == null
        ? 'it has no mcount slot; '
        : 'it has an mcount slot; ';
  return `${traced}the DWARF tells why it has no record`;
}

/** The unit whose entry was written under a name. */
function recordUnit({ encoder, entries }: Classifier, name: string): string {
  const run = encoder?.replay;
  const writer = entries?.named(name).find((entry) => run?.verdicts[entry] === verdictByte.encoded);
  if (run === undefined || writer === undefined) return 'another unit';
  return unitName(run.entries, unitOfEntry(run.entries, writer)) ?? 'another unit';
}
