// What every notifier is: a name, settings, and one way to send a message. Whom to tell what is decided elsewhere.

/** One message to one receiver. Two sends with the same `key` are the same message, so that a repeat can be recognised. */
export type Message = {
  key: string;
  to: string;
  subject: string;
  text: string;
  reply_to: string | null;
};

export type Notifier = {
  /** Resolves when the next station has taken the message over; rejects when it has not, and then nothing is lost by a repeat. */
  send(message: Message): Promise<void>;
  close(): void;
};

/** `prepare` is called once per settings; it opens nothing yet. */
export type NotifierKind<Settings> = { id: string; prepare(settings: Settings): Notifier };

export function defineNotifier<Settings>(kind: NotifierKind<Settings>): NotifierKind<Settings> {
  return kind;
}

/** What a notifier is given, and what must arrive; or that it must refuse, and with which words. */
export type NotifierCase = { name: string; message: Message } & (
  | { arrives: { to: string; headers: Record<string, string>; text: string } }
  | { refuses: string }
);
