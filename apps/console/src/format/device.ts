// A user agent in the words of a person: "Chrome 156, Android". What is no user agent (a name that somebody gave) stays as it is.

/** In this order: many browsers also claim to be the ones further down. */
const BROWSERS: readonly [RegExp, string][] = [
  [/Edg(?:e|A|iOS)?\/(\d+)/, "Edge"],
  [/OPR\/(\d+)/, "Opera"],
  [/SamsungBrowser\/(\d+)/, "Samsung Internet"],
  [/(?:Firefox|FxiOS)\/(\d+)/, "Firefox"],
  [/(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/, "Chrome"],
  [/Version\/(\d+)[\d.]* .*Safari/, "Safari"],
];

const SYSTEMS: readonly [RegExp, string][] = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

export function deviceName(device: string): string {
  const browser = BROWSERS.map(([pattern, name]) => ({ name, version: pattern.exec(device)?.[1] })).find(
    ({ version }) => version !== undefined,
  );
  const system = SYSTEMS.find(([pattern]) => pattern.test(device))?.[1];
  const words = [browser && `${browser.name} ${browser.version}`, system].filter((word) => word !== undefined);
  return device.startsWith("Mozilla/") && words.length > 0 ? words.join(", ") : device;
}
