// How domain services reach their stores without knowing them: everything inside one call is one transaction in one workspace.

/** A tenant's short name: lower-case letters, digits and dashes, 1 to 40 characters. */
export type WorkspaceName = string;

/**
 * Runs `work` inside one transaction bound to one workspace. Whatever the ports write is committed together when `work`
 * resolves and rolled back when it rejects. Rows of other workspaces do not exist for these ports.
 */
export type Transact<Ports> = <T>(workspace: WorkspaceName, work: (ports: Ports) => Promise<T>) => Promise<T>;
