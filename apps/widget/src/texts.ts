// Every word the widget says, by language. The page's `lang` decides; English answers for what is missing.

const en = {
  open: "Feedback",
  title: "Tell us",
  close: "Close",
  message: "What happened?",
  page: "this page",
  calls_one: "1 call just made",
  calls_many: "{count} calls just made",
  leave_out: "Leave the calls out",
  email: "E-mail, if you want an answer",
  send: "Send",
  sending: "Sending…",
  empty: "Write a few words first.",
  offline: "It could not be sent. Your words are kept here; try again.",
  report: "Your report",
  another: "Write another",
  thanks: "Thank you. Somebody will read it, and this card will tell you how it goes.",
  received: "received",
  investigating: "looking",
  fixing: "fixing",
  resolved: "fixed",
  deferred: "not now",
  declined: "will not change",
  ago_now: "just now",
  ago_minutes: "{count} min ago",
  ago_hours: "{count} h ago",
  ago_days: "{count} d ago",
};

type TextKey = keyof typeof en;

const de: Partial<typeof en> = {
  open: "Rückmeldung",
  title: "Sagen Sie es uns",
  close: "Schließen",
  message: "Was ist passiert?",
  page: "diese Seite",
  calls_one: "1 Aufruf von eben",
  calls_many: "{count} Aufrufe von eben",
  leave_out: "Aufrufe weglassen",
  email: "E-Mail, falls Sie eine Antwort möchten",
  send: "Senden",
  sending: "Wird gesendet…",
  empty: "Schreiben Sie zuerst ein paar Worte.",
  offline: "Es konnte nicht gesendet werden. Ihre Worte bleiben hier; versuchen Sie es noch einmal.",
  report: "Ihre Meldung",
  another: "Noch etwas schreiben",
  thanks: "Danke. Jemand liest es, und diese Karte sagt Ihnen, wie es weitergeht.",
  received: "eingegangen",
  investigating: "in Prüfung",
  fixing: "in Arbeit",
  resolved: "behoben",
  deferred: "vorerst nicht",
  declined: "bleibt so",
  ago_now: "gerade eben",
  ago_minutes: "vor {count} Min.",
  ago_hours: "vor {count} Std.",
  ago_days: "vor {count} T.",
};

const languages: Record<string, Partial<typeof en>> = { en, de };

export type Say = (key: TextKey, count?: number) => string;

export function textsFor(language: string): Say {
  const texts = languages[language.slice(0, 2).toLowerCase()] ?? en;
  return (key, count = 0) => (texts[key] ?? en[key]).replace("{count}", String(count));
}

/** Age of a report in words. */
export function ageOf(created_at: number, now: number, say: Say): string {
  const minutes = Math.floor((now - created_at) / 60_000);
  if (minutes < 1) return say("ago_now");
  if (minutes < 60) return say("ago_minutes", minutes);
  return minutes < 60 * 24 ? say("ago_hours", Math.floor(minutes / 60)) : say("ago_days", Math.floor(minutes / 1440));
}
