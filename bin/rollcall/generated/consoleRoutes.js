// Made by `npm run generate` from functions/http/signed/declarations.
"use strict";
export const isOwnRules = validate20;

function validate20(data){
/*# sourceURL="OwnRules" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(key0 === "rules")){
validate20.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.rules !== undefined){
let data0 = data.rules;
if(!(data0 && typeof data0 == "object" && !Array.isArray(data0))){
validate20.errors = [{instancePath:instancePath+"/rules",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate20.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate20.errors = vErrors;
return errors === 0;
}

export const isConsoleToken = validate21;

function validate21(data){
/*# sourceURL="ConsoleToken" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.token === undefined) && (missing0 = "token")){
validate21.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(key0 === "token")){
validate21.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.token !== undefined){
if(typeof data.token !== "string"){
validate21.errors = [{instancePath:instancePath+"/token",keyword:"type",params:{type: "string"}}];
return false;
}
}
}
}
}
else {
validate21.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate21.errors = vErrors;
return errors === 0;
}

export const isOrgDeletion = validate22;

function validate22(data){
/*# sourceURL="OrgDeletion" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.reason === undefined) && (missing0 = "reason")) || ((data.confirm === undefined) && (missing0 = "confirm"))){
validate22.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((key0 === "reason") || (key0 === "confirm"))){
validate22.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.reason !== undefined){
const _errs2 = errors;
if(typeof data.reason !== "string"){
validate22.errors = [{instancePath:instancePath+"/reason",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.confirm !== undefined){
const _errs4 = errors;
if(typeof data.confirm !== "string"){
validate22.errors = [{instancePath:instancePath+"/confirm",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
validate22.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate22.errors = vErrors;
return errors === 0;
}

export const isPastedError = validate23;

function validate23(data){
/*# sourceURL="PastedError" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.text === undefined) && (missing0 = "text")){
validate23.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((key0 === "text") || (key0 === "since"))){
validate23.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.text !== undefined){
const _errs2 = errors;
if(typeof data.text !== "string"){
validate23.errors = [{instancePath:instancePath+"/text",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.since !== undefined){
const _errs4 = errors;
if(typeof data.since !== "string"){
validate23.errors = [{instancePath:instancePath+"/since",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
validate23.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate23.errors = vErrors;
return errors === 0;
}

export const isDataCheck = validate24;

function validate24(data){
/*# sourceURL="DataCheck" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "repair") || (key0 === "index")) || (key0 === "events")) || (key0 === "confirm"))){
validate24.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.repair !== undefined){
const _errs2 = errors;
if(typeof data.repair !== "boolean"){
validate24.errors = [{instancePath:instancePath+"/repair",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.index !== undefined){
const _errs4 = errors;
if(typeof data.index !== "boolean"){
validate24.errors = [{instancePath:instancePath+"/index",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.events !== undefined){
const _errs6 = errors;
if(typeof data.events !== "boolean"){
validate24.errors = [{instancePath:instancePath+"/events",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.confirm !== undefined){
const _errs8 = errors;
if(typeof data.confirm !== "string"){
validate24.errors = [{instancePath:instancePath+"/confirm",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
else {
validate24.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate24.errors = vErrors;
return errors === 0;
}

export const CONSOLE_ENTRY_ROUTES = {
  getOwnSession: { method: "GET", path: "session" },
};

export const CONSOLE_OWN_ADMIN_ROUTES = {
  endOwnSession: { method: "DELETE", path: "session", status: 204 },
  changeOwnRules: { method: "PATCH", path: "orgs/{org}/rules", body: { holds: isOwnRules, members: {"":["rules"]} } },
};

export const CONSOLE_ROUTES = {
  beginConsole: { method: "POST", path: "session", body: { holds: isConsoleToken, members: {"":["token"]} } },
  findOrgs: { method: "GET", path: "orgs", query: {"search":{},"after":{},"count":{"whole":{"otherwise":100,"most":100}}} },
  deleteOrg: { method: "POST", path: "orgs/{org}/deletion", body: { holds: isOrgDeletion, members: {"":["reason","confirm"]} } },
};

export const CONSOLE_RUN_ROUTES = {
  tailLines: { method: "GET", path: "orgs/{org}/lines", query: {"status":{},"op":{},"idp":{},"resource":{},"errors":{},"last":{"whole":{"otherwise":100,"least":0,"most":1000}},"since":{},"follow":{}} },
  explainError: { method: "POST", path: "explain", body: { holds: isPastedError, members: {"":["text","since"]} } },
  listJobs: { method: "GET", path: "jobs" },
  retryJobs: { method: "POST", path: "jobs/retry" },
  checkData: { method: "POST", path: "orgs/{org}/fsck", body: { holds: isDataCheck, members: {"":["repair","index","events","confirm"]} } },
};

export const PORTAL_READ_ROUTES = {
  getOverview: { method: "GET", path: "orgs/{org}/overview" },
  getContact: { method: "GET", path: "orgs/{org}/contact" },
  listActivity: { method: "GET", path: "orgs/{org}/activity", query: {"after":{"pattern":"^[0-9]{13}\\.[0-9A-Za-z]{1,64}$"},"since":{"pattern":"^[0-9]{13}\\.[0-9A-Za-z]{1,64}$","must":"the value of newest in an earlier answer"},"outcome":{"pattern":"^(done|partly|refused|failed)$","must":"done, partly, refused or failed"},"code":{},"resource":{"pattern":"^(user|group)$","must":"user or group"},"id":{"pattern":"^[ug][0-9A-Za-z]{22}$","must":"the id of a user or group"},"name":{},"from":{"pattern":"^20\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$","must":"a date and time such as 2026-01-31T12:00:00Z"},"to":{"pattern":"^20\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$","must":"a date and time such as 2026-01-31T12:00:00Z"},"count":{"whole":{"otherwise":200,"most":200}}} },
  listProblems: { method: "GET", path: "orgs/{org}/problems", query: {"from":{"pattern":"^20\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$","must":"a date and time such as 2026-01-31T12:00:00Z"}} },
  getHealth: { method: "GET", path: "orgs/{org}/health" },
  listPeople: { method: "GET", path: "orgs/{org}/people", query: {"search":{},"after":{},"count":{"whole":{"otherwise":100,"most":100}}} },
  getPerson: { method: "GET", path: "orgs/{org}/people/{userId}" },
  listPersonHistory: { method: "GET", path: "orgs/{org}/people/{userId}/history", query: {"before":{},"count":{"whole":{"otherwise":50,"most":50}}} },
  listGroups: { method: "GET", path: "orgs/{org}/groups", query: {"search":{},"after":{},"count":{"whole":{"otherwise":100,"most":100}}} },
  getGroup: { method: "GET", path: "orgs/{org}/groups/{groupId}" },
  listGroupMembers: { method: "GET", path: "orgs/{org}/groups/{groupId}/members", query: {"after":{},"count":{"whole":{"otherwise":100,"most":100}}} },
  listGroupHistory: { method: "GET", path: "orgs/{org}/groups/{groupId}/history", query: {"before":{},"count":{"whole":{"otherwise":50,"most":50}}} },
};

export const CONSOLE_ADMIN_ROUTES = {
  listTokens: { method: "GET", path: "orgs/{org}/tokens" },
  generateToken: { method: "POST", path: "orgs/{org}/tokens", status: 201 },
  regenerateToken: { method: "POST", path: "orgs/{org}/tokens/regenerate", status: 201 },
  rotateToken: { method: "POST", path: "orgs/{org}/tokens/rotate", status: 201 },
  revokeToken: { method: "DELETE", path: "orgs/{org}/tokens/{tokenId}" },
  listClientSecrets: { method: "GET", path: "orgs/{org}/clients" },
  createClientSecret: { method: "POST", path: "orgs/{org}/clients", status: 201 },
  revokeClientSecret: { method: "DELETE", path: "orgs/{org}/clients/{tokenId}" },
  createOrg: { method: "POST", path: "orgs", status: 201 },
  getOrg: { method: "GET", path: "orgs/{org}" },
  pauseOrg: { method: "POST", path: "orgs/{org}/pause" },
  resumeOrg: { method: "DELETE", path: "orgs/{org}/pause" },
  restoreOrg: { method: "DELETE", path: "orgs/{org}/deletion" },
  listPortalSessions: { method: "GET", path: "orgs/{org}/portal-sessions" },
  createPortalSession: { method: "POST", path: "orgs/{org}/portal-sessions", status: 201 },
  revokePortalSession: { method: "DELETE", path: "orgs/{org}/portal-sessions/{sessionId}" },
};
