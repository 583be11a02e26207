import { createHash, randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { runCommand } from "../deploy/command.ts";
import { type UnpackedBrowser, unpackDebianBrowser } from "./debianBrowser.ts";

/** A Chromium without windows, and what it needs beside itself. */
export interface InstalledBrowser {
  readonly executable: string;
  /** Folders of shared libraries that a small machine lacks: for LD_LIBRARY_PATH. */
  readonly libraries: readonly string[];
  /** For FONTCONFIG_PATH: fonts of many scripts, so that screenshots look the same everywhere. */
  readonly fonts: string;
}

interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** SHA-512 of its archive, as in package-lock.json: what the registry serves is compared with it. */
  readonly integrity: string;
}

/** A headless build of Chromium for Lambda: one program that needs next to nothing of the machine. Not in package.json: 70 MB. */
const CHROMIUM: PinnedPackage = {
  name: "@sparticuz/chromium",
  version: "153.0.0",
  integrity: "sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==",
};

/** Without these every name that is not Latin would be a row of boxes. */
const FONTS: readonly (PinnedPackage & { readonly files: readonly string[] })[] = [
  {
    name: "dejavu-fonts-ttf",
    version: "2.37.3",
    integrity: "sha512-f1hd7jJbeQa1VWcw+K2KrTXS50zTMaHpVC4XIKJpNcDeYR5ajMtj/iLlQDYNvLOKamUB3ARVVCf79lNwNVztSQ==",
    files: ["ttf/DejaVuSans.ttf", "ttf/DejaVuSans-Bold.ttf", "ttf/DejaVuSansMono.ttf"],
  },
  {
    name: "@embedpdf/fonts-sc",
    version: "1.0.0",
    integrity: "sha512-ETXl7XCwaQLSSvMO3EUDwMNqtL64kX2LlFxarTRi/NsIGGOIxUurGfKtrkmtnKHrWy1jAJSt6oxK2uJhvdvQIw==",
    files: ["fonts/NotoSansHans-Regular.otf"],
  },
  {
    name: "@embedpdf/fonts-kr",
    version: "1.0.0",
    integrity: "sha512-bh88HXSvOBS581kgmihWY7Ijp9hBsvlmXogFG5LSNx9UBAobRcakZiFMGieRBc06hUSkpo7WhjaFM/z/SfQ8dQ==",
    files: ["fonts/NotoSansKR-Regular.otf"],
  },
  {
    name: "@expo-google-fonts/noto-sans-devanagari",
    version: "0.4.1",
    integrity: "sha512-26boYPNKGP1r4R5MxsMAY/zCQOwiXLOJzX8sh1a2oEWyQurQsyniaCv4992c+9jjwshEEt2NNVv5GcnyzaL7QQ==",
    files: ["400Regular/NotoSansDevanagari_400Regular.ttf"],
  },
  {
    name: "@expo-google-fonts/noto-sans-thai",
    version: "0.4.2",
    integrity: "sha512-PGBBBDGfJJ/5y2hNweLBZWD4YmVT4uOO4chsOPXyl0TktaBJamDKVKv/WbGiDTeBGdkegLiytsWo+lhnkHP5qA==",
    files: ["400Regular/NotoSansThai_400Regular.ttf"],
  },
];

/** Latin in the font that comes with the browser, as it has its weights; the others stand in for what it lacks. */
const FAMILIES = [
  "Open Sans",
  "DejaVu Sans",
  "Noto Sans Hans",
  "Noto Sans KR",
  "Noto Sans Devanagari",
  "Noto Sans Thai",
];

/**
 * A Chromium of its own below the user's cache folder, made once for each set of versions: from npm, else from Debian. Needs no root;
 * several processes may ask at once.
 * @throws Error that says what was tried
 */
export async function installBrowser(): Promise<InstalledBrowser> {
  const folder = join(cacheFolder(), `browser-${pinned()}`);
  const ready = join(folder, "ready.json");
  if (!existsSync(ready)) await fill(folder);
  const { executable, libraries }: UnpackedBrowser = JSON.parse(readFileSync(ready, "utf8"));
  return {
    executable: join(folder, executable),
    libraries: libraries.map((path) => join(folder, path)),
    fonts: join(folder, "fonts"),
  };
}

/** Changes with every version, so that no browser of an earlier checkout is taken. */
function pinned(): string {
  const text = JSON.stringify([CHROMIUM, FONTS, FAMILIES]);
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

function cacheFolder(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  for (const root of [cache, join(tmpdir(), `rollcall-${process.getuid?.() ?? "cache"}`)]) {
    const folder = join(root, "rollcall");
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return folder;
    } catch {
      // No home folder, or a read-only one: the next place.
    }
  }
  throw new Error(`No folder for the browser can be made, neither below ${cache} nor below ${tmpdir()}.`);
}

/** Works beside the folder and moves the whole: a process that looks meanwhile, or one that is killed, finds all or nothing. */
async function fill(folder: string): Promise<void> {
  const draft = `${folder}.${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    mkdirSync(join(draft, "fonts"), { recursive: true });
    const [found] = await Promise.all([chromiumInto(draft), ...FONTS.map((one) => fontsInto(draft, one))]);
    writeFileSync(join(draft, "fonts", "fonts.conf"), fontSettings(join(folder, "fonts")));
    writeFileSync(join(draft, "ready.json"), JSON.stringify(found));
    renameSync(draft, folder);
  } catch (error) {
    // Another process was faster: what it made is the same.
    if (!existsSync(join(folder, "ready.json"))) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** @returns paths below the folder */
async function chromiumInto(draft: string): Promise<UnpackedBrowser> {
  const refusals: string[] = [];
  for (const from of [unpackLambdaBrowser, unpackDebianBrowser]) {
    const own = join(draft, "chromium");
    mkdirSync(own);
    try {
      const { executable, libraries } = await from(own);
      // A machine may lack what it needs: that is found out here, where there is another one.
      const env = { ...process.env, LD_LIBRARY_PATH: libraries.join(":") };
      await runCommand({ file: executable, args: ["--version"], env });
      return { executable: relative(draft, executable), libraries: libraries.map((path) => relative(draft, path)) };
    } catch (error) {
      rmSync(own, { recursive: true, force: true });
      refusals.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(
    `No Chromium could be installed: neither ${CHROMIUM.name} ${CHROMIUM.version} from npm nor chromium-headless-shell from Debian.\n${refusals.join("\n")}`,
  );
}

async function unpackLambdaBrowser(folder: string): Promise<UnpackedBrowser> {
  const files = ["bin/chromium.br", "bin/al2023.tar.br", "bin/fonts.tar.br"];
  await unpackPackage(CHROMIUM, folder, files);
  const expanded = (file: string): Buffer => brotliDecompressSync(readFileSync(join(folder, "package", file)));
  const executable = join(folder, "chromium");
  writeFileSync(executable, expanded("bin/chromium.br"));
  chmodSync(executable, 0o755);
  for (const [file, target] of [
    ["bin/al2023.tar.br", folder],
    ["bin/fonts.tar.br", join(folder, "..", "fonts")],
  ] as const) {
    const archive = join(folder, "archive.tar");
    writeFileSync(archive, expanded(file));
    await runCommand({ file: "tar", args: ["--extract", "--file", archive, "--directory", target] });
    rmSync(archive);
  }
  rmSync(join(folder, "package"), { recursive: true });
  return { executable, libraries: [join(folder, "lib")] };
}

async function fontsInto(draft: string, { files, ...pack }: (typeof FONTS)[number]): Promise<void> {
  const folder = join(draft, "fonts", pack.name.replace("/", "-"));
  mkdirSync(folder);
  await unpackPackage(pack, folder, files);
}

/** Fetches it with the npm client, so from the registry that this machine is set up for. @throws Error when it is not what was pinned */
async function unpackPackage(pack: PinnedPackage, folder: string, files: readonly string[]): Promise<void> {
  const spec = `${pack.name}@${pack.version}`;
  const printed = await runCommand({
    file: "npm",
    args: ["pack", spec, "--silent", "--ignore-scripts", "--pack-destination", folder],
    cwd: folder,
  });
  const archive = join(folder, printed.trim().split("\n").at(-1) ?? "");
  const integrity = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (integrity !== pack.integrity) throw new Error(`${spec} is not the archive that was pinned: ${integrity}`);
  const wanted = files.map((file) => `package/${file}`);
  await runCommand({ file: "tar", args: ["--extract", "--gzip", "--file", archive, "--directory", folder, ...wanted] });
  rmSync(archive);
}

function fontSettings(folder: string): string {
  const listed = (names: readonly string[]): string => names.map((name) => `<family>${name}</family>`).join("");
  const preferred = (generic: string, names: readonly string[]): string =>
    `<match><test name="family"><string>${generic}</string></test><edit name="family" mode="prepend" binding="strong">${names.map((name) => `<string>${name}</string>`).join("")}</edit></match>`;
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>${folder}</dir>
<cachedir>${join(folder, "cache")}</cachedir>
${["system-ui", "sans-serif", "sans"].map((generic) => preferred(generic, FAMILIES)).join("\n")}
${preferred("monospace", ["DejaVu Sans Mono", ...FAMILIES])}
<alias><family>serif</family><prefer>${listed(FAMILIES)}</prefer></alias>
</fontconfig>
`;
}
