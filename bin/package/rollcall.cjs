#!/usr/bin/env node
require("./starter.cjs")("rollcall", () => import("./rollcallMain.js"));
