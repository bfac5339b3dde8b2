// Canvas knows no CSS variables: asks the page what a token is right now.

export type TideColours = { calls: string; wash: string; quiet: string };

export function readColours(host: HTMLElement): TideColours {
  const probe = document.createElement("span");
  host.append(probe);
  const resolve = (token: string) => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const colours = { calls: resolve("--calls"), wash: resolve("--calls-wash"), quiet: resolve("--ink-3") };
  probe.remove();
  return colours;
}
