import type { Plugin } from 'esbuild';

/**
 * Bundle the campaign.
 * @param script the file to write, which its workers run too; beside node_modules, from where it finds its packages
 * @param root the repository @param options plugins that put something in the place of the program's own
 */
export function bundleCampaign(
  script: string,
  root: string,
  options?: { readonly plugins?: readonly Plugin[] },
): Promise<void>;
