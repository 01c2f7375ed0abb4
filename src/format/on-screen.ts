/** Text from the file on a screen. */
import { cutName } from '../bytes/cut-name.ts';
import { visible } from './visible.ts';

/** The text made {@link visible}, and no more of it than the widest terminal has room for: a name may be megabytes long. */
export const onScreen = (text: string): string => visible(cutName(text));
