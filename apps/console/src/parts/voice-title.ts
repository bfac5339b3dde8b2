// A message as one line: its first sentence, shortened at a word.

const longest = 90;

export function titleOf(message: string): string {
  const line = message.trim().split(/\n/)[0] ?? "";
  const sentence = /^.{12,}?[.!?](?=\s|$)/.exec(line)?.[0].replace(/\.$/, "") ?? line;
  if (sentence.length <= longest) return sentence;
  const cut = sentence.slice(0, longest);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), longest / 2)).trimEnd()}…`;
}
