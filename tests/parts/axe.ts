// The accessibility checker, as a script to put into a page. Here because only this folder can resolve it.

import axe from "axe-core";

export const axeSource: string = axe.source;
