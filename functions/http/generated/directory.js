// Made by `npm run generate` from functions/http/signed/declarations.
"use strict";
export const isNewUser = validate20;

function validate20(data){
/*# sourceURL="NewUser" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((((key0 === "userName") || (key0 === "displayName")) || (key0 === "name")) || (key0 === "emails")) || (key0 === "applicationId"))){
validate20.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
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

export const isNewUsers = validate21;

function validate21(data){
/*# sourceURL="NewUsers" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(key0 === "users")){
validate21.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
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

export const isUserChange = validate22;

function validate22(data){
/*# sourceURL="UserChange" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((key0 === "userName") || (key0 === "displayName")) || (key0 === "name")) || (key0 === "emails"))){
validate22.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
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

export const isLink = validate23;

function validate23(data){
/*# sourceURL="Link" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(key0 === "applicationId")){
validate23.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
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

export const isTeamName = validate24;

function validate24(data){
/*# sourceURL="TeamName" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.displayName === undefined) && (missing0 = "displayName")){
validate24.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(key0 === "displayName")){
validate24.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.displayName !== undefined){
if(typeof data.displayName !== "string"){
validate24.errors = [{instancePath:instancePath+"/displayName",keyword:"type",params:{type: "string"}}];
return false;
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

export const isRoleWishes = validate25;

function validate25(data){
/*# sourceURL="RoleWishes" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(((((((key0 === "displayName") || (key0 === "description")) || (key0 === "kind")) || (key0 === "assignable")) || (key0 === "default")) || (key0 === "keepOne")) || (key0 === "version"))){
validate25.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.description !== undefined){
const _errs2 = errors;
if(typeof data.description !== "string"){
validate25.errors = [{instancePath:instancePath+"/description",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.assignable !== undefined){
const _errs4 = errors;
if(typeof data.assignable !== "boolean"){
validate25.errors = [{instancePath:instancePath+"/assignable",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.default !== undefined){
const _errs6 = errors;
if(typeof data.default !== "boolean"){
validate25.errors = [{instancePath:instancePath+"/default",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.keepOne !== undefined){
const _errs8 = errors;
if(typeof data.keepOne !== "boolean"){
validate25.errors = [{instancePath:instancePath+"/keepOne",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.version !== undefined){
const _errs10 = errors;
if(!(typeof data.version == "number")){
validate25.errors = [{instancePath:instancePath+"/version",keyword:"type",params:{type: "number"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
else {
validate25.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate25.errors = vErrors;
return errors === 0;
}

export const directoryRoutes = {
  listUsers: { method: "GET", path: "orgs/{org}/users", query: {"count":{"whole":{"otherwise":100,"most":100}},"cursor":{},"fields":{},"filter":{},"applicationId":{}} },
  createUser: { method: "POST", path: "orgs/{org}/users", status: 201, body: { holds: isNewUser, members: {"":["userName","displayName","name","emails","applicationId"]} } },
  createUsers: { method: "POST", path: "orgs/{org}/users/bulk", body: { holds: isNewUsers, members: {"":["users"]} } },
  getUser: { method: "GET", path: "orgs/{org}/users/{id}", query: {"fields":{}} },
  updateUser: { method: "PATCH", path: "orgs/{org}/users/{id}", body: { holds: isUserChange, members: {"":["userName","displayName","name","emails"]} } },
  deleteUser: { method: "DELETE", path: "orgs/{org}/users/{id}", status: 204 },
  linkUser: { method: "PUT", path: "orgs/{org}/users/{id}/link", body: { holds: isLink, members: {"":["applicationId"]} } },
  unlinkUser: { method: "DELETE", path: "orgs/{org}/users/{id}/link" },
  listTeams: { method: "GET", path: "orgs/{org}/teams", query: {"count":{"whole":{"otherwise":100,"most":100}},"cursor":{},"fields":{},"filter":{}} },
  createTeam: { method: "POST", path: "orgs/{org}/teams", status: 201, body: { holds: isTeamName, members: {"":["displayName"]} } },
  getTeam: { method: "GET", path: "orgs/{org}/teams/{id}", query: {"fields":{}} },
  renameTeam: { method: "PATCH", path: "orgs/{org}/teams/{id}", body: { holds: isTeamName, members: {"":["displayName"]} } },
  deleteTeam: { method: "DELETE", path: "orgs/{org}/teams/{id}", status: 204 },
  listMembers: { method: "GET", path: "orgs/{org}/teams/{id}/members", query: {"count":{"whole":{"otherwise":1000,"most":1000}},"cursor":{},"include":{"pattern":"^inactive$"}} },
  addMember: { method: "PUT", path: "orgs/{org}/teams/{id}/members/{userId}" },
  removeMember: { method: "DELETE", path: "orgs/{org}/teams/{id}/members/{userId}", status: 204 },
  getAccess: { method: "GET", path: "orgs/{org}/access", query: {"email":{},"userName":{},"externalId":{},"applicationId":{}} },
  getDeleted: { method: "GET", path: "orgs/{org}/deleted/{id}" },
  listEvents: { method: "GET", path: "orgs/{org}/events", query: {"after":{},"since":{},"limit":{"whole":{"otherwise":100,"most":1000}},"types":{},"resource":{},"wait":{"whole":{"otherwise":0,"least":0,"maximum":20}}} },
  getHistory: { method: "GET", path: "orgs/{org}/history/{id}", query: {"before":{},"limit":{"whole":{"otherwise":100,"most":100}}} },
  listHeads: { method: "GET", path: "orgs", query: {"count":{"whole":{"otherwise":100,"most":100}},"cursor":{}} },
  readFeed: { method: "GET", path: "feed", query: {"shard":{"whole":{"otherwise":null,"least":0,"maximum":15}},"after":{},"limit":{"whole":{"otherwise":100,"most":1000}}} },
  listRoles: { method: "GET", path: "roles" },
  getRole: { method: "GET", path: "roles/{role}" },
  setRole: { method: "PUT", path: "roles/{role}", body: { holds: isRoleWishes, members: {"":["displayName","description","kind","assignable","default","keepOne","version"]} } },
  removeRole: { method: "DELETE", path: "roles/{role}" },
};
