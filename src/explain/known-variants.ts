/**
 * Functions whose prototype changed under BPF programs, and what it was from when on.
 *
 * A prototype is as BTF has it, without names of parameters; `since` is the mainline release. Stable releases that have a
 * commit too are named where they are known; distributions have their own, so a prototype tells more than a release.
 *
 * What each row rests on: the commits themselves, the stable review mails ("[PATCH 5.10 188/199] tty: implement
 * write_iter" of 5.10.11, "[PATCH 5.10 137/663] tty: implement read_iter" of 5.10.20, "[PATCH 5.10 000/770]" of 5.10.220),
 * and those who were hit by it: elastic/ebpf #128 and #200, iovisor/bcc #4339, #4366, #4611 and #4714, microsoft/retina
 * #2206, DataDog/datadog-agent's "5.19: remove noblock parameter in *_recvmsg". The corpus test compares each row with the
 * .BTF of 5.10, 6.1 and 6.12.
 */

/** A commit of Linux: the first 12 digits of its id, and its subject. */
export interface KernelCommit {
  readonly id: string;
  readonly subject: string;
}

export interface KnownVariant {
  readonly prototype: string;
  /** The mainline release that has it first; undefined for what was there before the changes that are known. */
  readonly since: string | undefined;
  /** Stable releases that got it too. */
  readonly stable: readonly string[];
  /** What made it. */
  readonly commit: KernelCommit | undefined;
}

interface Change {
  readonly since: string;
  readonly stable?: readonly string[];
  readonly commit: KernelCommit;
}

const change = (since: string, id: string, subject: string, stable: readonly string[] = []): Change => ({
  since,
  stable,
  commit: { id, subject },
});

const writeIter = change('5.11', '9bb48c82aced', 'tty: implement write_iter', ['5.10.11']);
const hungUp = change('5.11', '17749851eb9c', 'tty: fix up hung_up_tty_write() conversion', ['5.10.11']);
const readIter = change('5.12', 'dd78b0c483e3', 'tty: implement read_iter', ['5.10.20', '5.11.3']);
const mounts = change('5.12', '6521f8917082', 'namei: prepare for idmapped mounts');
const renamedata = change('5.12', '9fe61450972d', 'namei: introduce struct renamedata', ['5.10.220']);
const attr = change('5.12', '2f221d6f7b88', 'attr: handle idmapped mounts');
const truncate = change('5.12', '643fe55a0679', 'open: handle idmapped mounts in do_truncate()');
const permission = change('5.12', '47291baa8ddf', 'namei: make permission helpers idmapped mount aware');
const xattr = change('5.12', 'c7c7a1a18af4', 'xattr: handle idmapped mounts');
const bioBased = change('5.16', '3e08773c3841', 'block: switch polling to be bio based');
const noblock = change('5.19', 'ec095263a965', 'net: remove noblock parameter from recvmsg() entities');
const idmap = change('6.3', 'abf08576afe3', 'fs: port vfs_*() helpers to struct mnt_idmap');
const idmapPermission = change('6.3', '4609e1f18e19', 'fs: port ->permission() to pass mnt_idmap');
const openFirst = change('6.8', '978ffcbf00d8', 'execve: open the executable file before doing anything else');
const acceptArg = change('6.10', '92ef0fd55ac8', 'net: change proto and proto_ops accept type');
const mkdirDentry = change('6.15', 'c54b386969a5', 'VFS: Change vfs_mkdir() to return the dentry.');

/** What a function was at first, then each change with what it became. */
function history(first: string, ...changes: readonly (readonly [Change, string])[]): readonly KnownVariant[] {
  return [
    { prototype: first, since: undefined, stable: [], commit: undefined },
    ...changes.map(([{ since, stable, commit }, prototype]) => ({ prototype, since, stable: stable ?? [], commit })),
  ];
}

/** `read` or `write` of struct file_operations, and its successor. */
const fileToIter = (name: string, buffer: string, by: Change): readonly KnownVariant[] =>
  history(`ssize_t ${name}(struct file *, ${buffer}, size_t, loff_t *)`, [
    by,
    `ssize_t ${name}(struct kiocb *, struct iov_iter *)`,
  ]);

/** A function that got the user namespace of the mount, and then its idmap, as its first parameter. */
const mountAware = (
  before: string,
  parameters: string,
  userNamespace: Change,
  mountIdmap: Change,
  ...later: readonly (readonly [Change, string])[]
): readonly KnownVariant[] =>
  history(
    `${before}(${parameters})`,
    [userNamespace, `${before}(struct user_namespace *, ${parameters})`],
    [mountIdmap, `${before}(struct mnt_idmap *, ${parameters})`],
    ...later,
  );

const receive = (name: string): readonly KnownVariant[] =>
  history(`int ${name}(struct sock *, struct msghdr *, size_t, int, int, int *)`, [
    noblock,
    `int ${name}(struct sock *, struct msghdr *, size_t, int, int *)`,
  ]);

const submit = (name: string): readonly KnownVariant[] =>
  history(`blk_qc_t ${name}(struct bio *)`, [bioBased, `void ${name}(struct bio *)`]);

const link = (mount: string): string =>
  `int vfs_link(struct dentry *, ${mount}struct inode *, struct dentry *, struct inode **)`;

const table: Readonly<Record<string, readonly KnownVariant[]>> = {
  tty_write: fileToIter('tty_write', 'const char *', writeIter),
  redirected_tty_write: fileToIter('redirected_tty_write', 'const char *', writeIter),
  hung_up_tty_write: fileToIter('hung_up_tty_write', 'const char *', hungUp),
  tty_read: fileToIter('tty_read', 'char *', readIter),

  vfs_create: mountAware('int vfs_create', 'struct inode *, struct dentry *, umode_t, bool', mounts, idmap),
  vfs_mkdir: mountAware('int vfs_mkdir', 'struct inode *, struct dentry *, umode_t', mounts, idmap, [
    mkdirDentry,
    'struct dentry *vfs_mkdir(struct mnt_idmap *, struct inode *, struct dentry *, umode_t)',
  ]),
  vfs_mknod: mountAware('int vfs_mknod', 'struct inode *, struct dentry *, umode_t, dev_t', mounts, idmap),
  vfs_symlink: mountAware('int vfs_symlink', 'struct inode *, struct dentry *, const char *', mounts, idmap),
  vfs_unlink: mountAware('int vfs_unlink', 'struct inode *, struct dentry *, struct inode **', mounts, idmap),
  vfs_rmdir: mountAware('int vfs_rmdir', 'struct inode *, struct dentry *', mounts, idmap),
  vfs_link: history(link(''), [mounts, link('struct user_namespace *, ')], [idmap, link('struct mnt_idmap *, ')]),
  vfs_rename: history(
    'int vfs_rename(struct inode *, struct dentry *, struct inode *, struct dentry *, struct inode **, unsigned int)',
    [renamedata, 'int vfs_rename(struct renamedata *)'],
  ),
  notify_change: mountAware('int notify_change', 'struct dentry *, struct iattr *, struct inode **', attr, idmap),
  do_truncate: mountAware('int do_truncate', 'struct dentry *, loff_t, unsigned int, struct file *', truncate, idmap),
  inode_permission: mountAware('int inode_permission', 'struct inode *, int', permission, idmapPermission),
  vfs_setxattr: mountAware(
    'int vfs_setxattr',
    'struct dentry *, const char *, const void *, size_t, int',
    xattr,
    idmapPermission,
  ),
  vfs_getxattr: mountAware(
    'ssize_t vfs_getxattr',
    'struct dentry *, const char *, void *, size_t',
    xattr,
    idmapPermission,
  ),
  vfs_removexattr: mountAware('int vfs_removexattr', 'struct dentry *, const char *', xattr, idmapPermission),
  bprm_execve: history('int bprm_execve(struct linux_binprm *, int, struct filename *, int)', [
    openFirst,
    'int bprm_execve(struct linux_binprm *)',
  ]),

  inet_csk_accept: history('struct sock *inet_csk_accept(struct sock *, int, int *, bool)', [
    acceptArg,
    'struct sock *inet_csk_accept(struct sock *, struct proto_accept_arg *)',
  ]),
  tcp_recvmsg: receive('tcp_recvmsg'),
  udp_recvmsg: receive('udp_recvmsg'),
  udpv6_recvmsg: receive('udpv6_recvmsg'),

  submit_bio: submit('submit_bio'),
  submit_bio_noacct: submit('submit_bio_noacct'),
};

/** The functions that have a row. */
export const knownFunctions: readonly string[] = Object.keys(table);

/** What is known of a function's prototypes, oldest first; undefined for a function that is not in the table. */
export const knownVariantsOf = (name: string): readonly KnownVariant[] | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** Other functions that the same commits changed: which variant they are says which this one is. */
export function changedTogether(name: string): readonly string[] {
  const commits = (of: string) =>
    knownVariantsOf(of)
      ?.map(({ commit }) => commit?.id)
      .join(' ');
  const own = commits(name);
  return own === undefined ? [] : knownFunctions.filter((other) => other !== name && commits(other) === own);
}
