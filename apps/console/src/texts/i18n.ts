// The catalogue, ready for `useTranslation()`. A further language is a further file of the same shape.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "./en.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "console";
    resources: { console: typeof en };
  }
}

export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    defaultNS: "console",
    resources: { en: { console: en } },
    interpolation: { escapeValue: false }, // React escapes
  });
}
