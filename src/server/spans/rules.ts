import { NEGATIVE_LABEL } from '@/contract/spans';

/** Why a label cannot have this name, or null. */
export function labelNameRefusal(name: string): string | null {
  if (name !== NEGATIVE_LABEL) return null;
  return `“${NEGATIVE_LABEL}” marks places without a pattern and cannot name a label.`;
}
