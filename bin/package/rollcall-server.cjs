#!/usr/bin/env node
require("./starter.cjs")("rollcall-server", () => import("./serverMain.js").then(({ main }) => main()));
