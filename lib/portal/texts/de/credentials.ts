import type { credentialsTexts } from "../en/credentials.ts";
import type { TextsOf } from "../en.ts";

export const credentialsTextsDe: TextsOf<typeof credentialsTexts> = {
  credentials: {
    intro:
      "Womit sich Ihr Identitätsanbieter anmeldet. Jedes Token und jedes Secret wird nur einmal angezeigt, beim Erstellen, und danach nie wieder.",
    readOnly:
      "In dieser Sitzung können Sie nur ansehen. Bitten Sie um einen Link, mit dem Sie Zugangsdaten erstellen und widerrufen können.",
    tokens: "Tokens",
    tokensText: "Das Secret Token von Entra ID oder der Header Authorization von Okta.",
    secrets: "Client Secrets",
    secretsText: "Für Identitätsanbieter, die sich mit OAuth 2.0 Client Credentials anmelden, anstelle eines Tokens.",
    noTokens: "Noch kein Token",
    noTokensText: "Ihr Identitätsanbieter braucht ein Token oder ein Client Secret, um sich anzumelden.",
    trusts: {
      one: "{n} Verbindung, die weder Token noch Secret braucht. Der Anbieter Ihres Produkts hat sie eingerichtet.",
      other:
        "{n} Verbindungen, die weder Token noch Secret brauchen. Der Anbieter Ihres Produkts hat sie eingerichtet.",
    },
    noSecrets: "Kein Client Secret",
    noSecretsText: "Nur Identitätsanbieter, die nach Client-ID und Client Secret fragen, brauchen eines.",
    oneOnly: "Es gilt immer nur ein Token. Um es ohne Unterbrechung zu ersetzen, rotieren Sie es.",
    rotating: "Eine Rotation läuft: Zwei Tokens gelten, bis das frühere endet. Danach können Sie wieder rotieren.",
    over: { one: "{n}, das nicht mehr gilt", other: "{n}, die nicht mehr gelten" },
    description: "Beschreibung",
    unnamed: "Ohne Beschreibung",
    descriptionHint: "Für diese Liste, etwa der Name des Identitätsanbieters.",
    status: "Status",
    made: "Erstellt",
    madeBy: "von {actor}",
    lastUsed: "Zuletzt benutzt",
    expires: "Läuft ab",
    expiresNever: "Läuft nicht ab",
    actions: "Was Sie tun können",
    state: {
      live: "Gilt",
      ending: "Wird gerade ersetzt",
      revoked: "Widerrufen",
      superseded: "Ersetzt",
      expired: "Abgelaufen",
      retired: "Durch Rotation beendet",
      orphaned: "Seinen Besitzer gibt es nicht mehr",
    },
    generate: "Neues Token",
    rotate: "Rotieren",
    regenerate: "Neu erzeugen",
    createSecret: "Neues Client Secret",
    revoke: "Widerrufen",
    revokeOf: "Widerrufen: {name}",
    expiry: "Läuft ab",
    days: { one: "In {n} Tag", other: "In {n} Tagen" },
    years: { one: "In {n} Jahr", other: "In {n} Jahren" },
    overlap: "Das frühere Token gilt noch",
    hours: { one: "{n} Stunde", other: "{n} Stunden" },
    overlapDays: { one: "{n} Tag", other: "{n} Tage" },
    untilUse: "Bis das neue zum ersten Mal benutzt wird, höchstens 30 Tage",
    rotateTitle: "Token rotieren",
    rotateText: "Sie bekommen ein neues Token, und das frühere gilt noch eine Zeit lang: So wird nichts unterbrochen.",
    generateTitle: "Token erstellen",
    generateText: "Ihr Identitätsanbieter meldet sich damit an.",
    secretTitle: "Client Secret erstellen",
    secretText:
      "Ihr Identitätsanbieter tauscht es gegen kurzlebige Zugriffstokens. Frühere Client Secrets gelten weiter.",
    regenerateTitle: "Alles auf einmal ersetzen",
    regenerateText:
      "Für ein Token, das verloren ging oder in falsche Hände kam. Diese gelten sofort nicht mehr, und die Bereitstellung steht still, bis Ihr Identitätsanbieter das neue Token hat:",
    regenerateConfirm: "Ich habe Zugriff auf den Identitätsanbieter und kann das neue Token jetzt eintragen.",
    regenerateProblem: "Bitte bestätigen Sie das zuerst.",
    revokeTitle: "Wirklich widerrufen?",
    revokeText: "„{name}“ gilt sofort nicht mehr. Das lässt sich nicht rückgängig machen.",
    revokeUsed:
      "Es wurde {when} benutzt: Ihr Identitätsanbieter meldet sich offenbar damit an. Die Bereitstellung steht dann still.",
    revokeOnly: "Danach bleibt nichts, womit sich Ihr Identitätsanbieter anmelden kann.",
    newToken: "Secret Token",
    newSecret: "Client Secret",
    clientId: "Client-ID",
    tenantUrl: "Tenant-URL",
    tokenEndpoint: "Token-Endpunkt",
    newTitle: "Jetzt kopieren",
    enter: "Tragen Sie es jetzt bei Ihrem Identitätsanbieter ein",
    enterToken:
      "Entra ID: Provisioning › Admin Credentials › Secret Token, Test Connection, Save. Okta: Provisioning › Integration › Authorization, Test Connector Configuration, Save.",
    enterSecret:
      "Tragen Sie Client-ID, Client Secret und Token-Endpunkt ein, wo Ihr Identitätsanbieter nach OAuth 2.0 Client Credentials fragt.",
    enterRetiring: "Das frühere Token endet {when}.",
    steps: "Schritte anzeigen",
    revoked: "Widerrufen: {name}",
    reasons: {
      "conflict.tokenLives":
        "Ein Token gilt bereits, und es darf nur eines geben. Rotieren Sie es, oder erzeugen Sie es neu.",
      "conflict.noTokenLives": "Kein Token gilt mehr, also gibt es nichts zu rotieren. Erstellen Sie ein neues.",
      "conflict.rotationUnderWay":
        "Eine frühere Rotation läuft noch. Warten Sie, bis das frühere Token endet, widerrufen Sie eines der beiden, oder wählen Sie „Neu erzeugen“.",
      "conflict.tooManyTokens":
        "Es gibt so viele Tokens, wie es geben darf. Widerrufen Sie diejenigen, die nicht mehr benutzt werden.",
      "conflict.tooManySecrets":
        "Es gibt so viele Client Secrets, wie es geben darf. Widerrufen Sie diejenigen, die nicht mehr benutzt werden.",
      "conflict.notEntitled": "Ihr Tarif enthält keine Benutzerbereitstellung. Fragen Sie den Anbieter Ihres Produkts.",
      "conflict.ssoMissing":
        "Single Sign-On ist für Ihre Organisation nicht eingerichtet. Richten Sie es zuerst ein, oder fragen Sie den Anbieter Ihres Produkts.",
      "conflict.tokenOfDeletion":
        "Ihre Organisation ist zur Löschung vorgemerkt. Fragen Sie den Anbieter Ihres Produkts.",
      "conflict.purging": "Ihre Organisation wird gerade gelöscht. Fragen Sie den Anbieter Ihres Produkts.",
      "conflict.bearerTokens":
        "Eine Regel Ihrer Organisation verbietet eingetragene Tokens. Erstellen Sie ein Client Secret, erlauben Sie eingetragene Tokens unter Einstellungen wieder, oder fragen Sie den Anbieter Ihres Produkts.",
      "conflict.clientSecrets":
        "Eine Regel Ihrer Organisation verbietet Client Secrets. Erlauben Sie sie unter Einstellungen wieder, oder fragen Sie den Anbieter Ihres Produkts.",
    },
  },
};
