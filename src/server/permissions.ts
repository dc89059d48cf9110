import type { Actor, Role } from './context';

/** What a role may do; each procedure names one of these in its builder chain. */
const PERMISSIONS = {
  read: ['viewer', 'annotator', 'reviewer', 'owner'],
  annotate: ['annotator', 'reviewer', 'owner'],
  review: ['reviewer', 'owner'],
  manage: ['owner'],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof PERMISSIONS;

export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as Permission[];

export const rolesThat = (permission: Permission): readonly Role[] => PERMISSIONS[permission];
export const may = ({ role }: Pick<Actor, 'role'>, permission: Permission) =>
  rolesThat(permission).includes(role);
