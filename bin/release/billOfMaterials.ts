import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";

/** A third-party package whose code is in the tarball. */
interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX: an id or an expression. */
  readonly license: string;
  /** Of the package's archive, from the lock file. */
  readonly integrity: string;
}

/** A line of THIRD-PARTY-LICENSES.txt that names a package, at the start of each part. */
const NAMED = /^(\S+) (\d+\.\d+\.\d+\S*)$/;

/** Names and versions of the packages in a THIRD-PARTY-LICENSES.txt (bin/package/bundle.ts). */
export function packagesIn(licences: string): readonly Pick<BundledPackage, "name" | "version">[] {
  return licences.split(`\n${"-".repeat(80)}\n\n`).flatMap((part) => {
    const [head = ""] = part.split("\n\n");
    return head.split("\n").map((line) => {
      const [, name, version] = NAMED.exec(line) ?? [];
      if (name === undefined || version === undefined) throw new Error(`the licences name no package: ${line}`);
      return { name, version };
    });
  });
}

/** A package's entry in the lock file. @throws Error where the version, its hash or its licence is missing */
export function lockedPackage(
  lock: JsonObject,
  { name, version }: Pick<BundledPackage, "name" | "version">,
): BundledPackage {
  const { packages = null } = lock;
  const entries = isObject(packages) ? Object.entries(packages) : [];
  for (const [path, entry] of entries) {
    if (!`/${path}`.endsWith(`/node_modules/${name}`) || !isObject(entry) || entry.version !== version) continue;
    const { license, integrity } = entry;
    if (typeof license === "string" && typeof integrity === "string") return { name, version, license, integrity };
  }
  throw new Error(`package-lock.json has no licence and hash of ${name} ${version}`);
}

interface Released {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  /** ISO 8601. */
  readonly time: string;
  /** SHA-512 of the tarball, in hexadecimal. */
  readonly sha512: string;
}

/**
 * The contents of the tarball as CycloneDX 1.6 (cyclonedx.org/docs/1.6/json). No serial number: the same release has the same
 * bytes.
 */
export function billOfMaterials(released: Released, bundled: readonly BundledPackage[]): JsonObject {
  const { name, version, description, license, time, sha512 } = released;
  const components = [...bundled].sort((one, other) => (refOf(one) < refOf(other) ? -1 : 1));
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: time,
      component: { ...component({ name, version, license, sha512 }), description },
    },
    components: components.map(({ integrity, ...one }) => component({ ...one, sha512: hexOf(integrity) })),
    dependencies: [
      { ref: refOf(released), dependsOn: components.map(refOf) },
      ...components.map((one) => ({ ref: refOf(one) })),
    ],
  };
}

/**
 * The bill of `npm sbom` for everything that builds and tests the repository, without the parts that differ between runs and
 * clones: `npm sbom` names the repository by its folder.
 * @param time ISO 8601
 */
export function settledBill(bill: JsonObject, { name, time }: Pick<Released, "name" | "time">): JsonObject {
  const { serialNumber: _, metadata = null, ...rest } = bill;
  const { component: root = null, ...others } = isObject(metadata) ? metadata : {};
  const named = { ...(isObject(root) ? root : {}), name };
  return { ...rest, metadata: { ...others, timestamp: time, component: named } };
}

function component({
  name,
  version,
  license,
  sha512,
}: Omit<BundledPackage, "integrity"> & { readonly sha512: string }): JsonObject {
  const isExpression = /[\s()]/.test(license);
  const licences: Json = [isExpression ? { expression: license } : { license: { id: license } }];
  const ref = refOf({ name, version });
  return {
    type: "library",
    "bom-ref": ref,
    name,
    version,
    hashes: [{ alg: "SHA-512", content: sha512 }],
    licenses: licences,
    purl: ref,
  };
}

/** The package URL (package-url/purl-spec). */
function refOf({ name, version }: Pick<BundledPackage, "name" | "version">): string {
  return `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
}

function hexOf(integrity: string): string {
  return Buffer.from(integrity.replace(/^sha512-/, ""), "base64").toString("hex");
}
