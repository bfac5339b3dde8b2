// Which real parts tests may ask for, and what a test gets. How each is had is in the file of its name.

import type { Browser } from "playwright-core";

export interface Parts {
  /** A PostgreSQL server, shared by the run. */
  postgres: DatabaseServer;
  /** A Redis server, shared by the run. */
  redis: DatabaseServer;
  chromium: {
    /** Starts a browser with an empty profile; the caller closes it. */
    launch(): Promise<Browser>;
  };
  nginx: {
    /** The path of the program; a test writes its own settings and runs it on its own port. */
    path: string;
  };
}

export interface DatabaseServer {
  /** Resolves with the URL of a database that nobody else uses. */
  freshDatabase(): Promise<string>;
}

export type PartName = keyof Parts;

/** What the run's own process does for a part. */
export interface OpenPart {
  /** What a test file needs to use the part; for a database server, a fresh database on each call. */
  provide(): Promise<Provided>;
  close(): Promise<void>;
}

export interface Provided {
  /** The URL of a database, or the path of a program. */
  place: string;
  /** Variables that the program needs around it. */
  environment?: Record<string, string>;
}

declare module "vitest" {
  interface ProvidedContext {
    /** Where test files ask the run's process for parts. */
    partsDoor: string;
  }
  interface TaskMeta {
    /** Why the tests of a suite were not run. */
    missingPart?: string;
  }
}
