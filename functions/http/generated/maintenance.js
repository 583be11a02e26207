// Made by `npm run generate` from functions/http/signed/declarations.
"use strict";
export const isNewImport = validate20;

function validate20(data){
/*# sourceURL="NewImport" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((key0 === "file") || (key0 === "counts"))){
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

export const isImportLines = validate21;

function validate21(data){
/*# sourceURL="ImportLines" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((key0 === "file") || (key0 === "lines"))){
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

export const isImportEnd = validate22;

function validate22(data){
/*# sourceURL="ImportEnd" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(key0 === "file")){
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

export const isSweepWishes = validate23;

function validate23(data){
/*# sourceURL="SweepWishes" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(key0 === "after")){
validate23.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.after !== undefined){
if(typeof data.after !== "string"){
validate23.errors = [{instancePath:instancePath+"/after",keyword:"type",params:{type: "string"}}];
return false;
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

export const isInspectionWishes = validate24;

function validate24(data){
/*# sourceURL="InspectionWishes" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "repair") || (key0 === "index")) || (key0 === "from"))){
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
if(data.from !== undefined){
const _errs6 = errors;
if(typeof data.from !== "string"){
validate24.errors = [{instancePath:instancePath+"/from",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
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

export const isRenewalWishes = validate25;

function validate25(data){
/*# sourceURL="RenewalWishes" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!((key0 === "from") || (key0 === "feed"))){
validate25.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.from !== undefined){
const _errs2 = errors;
if(typeof data.from !== "string"){
validate25.errors = [{instancePath:instancePath+"/from",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.feed !== undefined){
const _errs4 = errors;
if(typeof data.feed !== "boolean"){
validate25.errors = [{instancePath:instancePath+"/feed",keyword:"type",params:{type: "boolean"}}];
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
else {
validate25.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate25.errors = vErrors;
return errors === 0;
}

export const isLogInspectionWishes = validate26;

function validate26(data){
/*# sourceURL="LogInspectionWishes" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!((key0 === "repair") || (key0 === "from"))){
validate26.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.repair !== undefined){
const _errs2 = errors;
if(typeof data.repair !== "boolean"){
validate26.errors = [{instancePath:instancePath+"/repair",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.from !== undefined){
const _errs4 = errors;
if(typeof data.from !== "string"){
validate26.errors = [{instancePath:instancePath+"/from",keyword:"type",params:{type: "string"}}];
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
else {
validate26.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate26.errors = vErrors;
return errors === 0;
}

export const maintenanceRoutes = {
  getTotals: { method: "GET", path: "orgs/{org}/data/totals" },
  exportHeader: { method: "GET", path: "orgs/{org}/data/export" },
  exportMembers: { method: "GET", path: "orgs/{org}/data/export/{side}/members", query: {"after":{}} },
  exportUsers: { method: "GET", path: "orgs/{org}/data/export/{side}/users", query: {"after":{}} },
  exportGroups: { method: "GET", path: "orgs/{org}/data/export/{side}/groups", query: {"after":{}} },
  lookAhead: { method: "GET", path: "orgs/{org}/data/import" },
  beginImport: { method: "POST", path: "orgs/{org}/data/import", body: { holds: isNewImport, members: {"":["file","counts"]} } },
  importLines: { method: "POST", path: "orgs/{org}/data/import/lines", body: { holds: isImportLines, members: {"":["file","lines"]} } },
  finishImport: { method: "POST", path: "orgs/{org}/data/import/finish", body: { holds: isImportEnd, members: {"":["file"]} } },
  previewAdoption: { method: "GET", path: "orgs/{org}/data/adoption", query: {"by":{},"after":{}} },
  listDeletions: { method: "GET", path: "orgs/{org}/data/jobs/{side}/deletions", query: {"after":{}} },
  sweepDeletions: { method: "POST", path: "orgs/{org}/data/jobs/{side}/deletions", body: { holds: isSweepWishes, members: {"":["after"]} } },
  listBegun: { method: "GET", path: "orgs/{org}/data/jobs/{side}/begun", query: {"after":{}} },
  inspectOrg: { method: "POST", path: "orgs/{org}/data/fsck", body: { holds: isInspectionWishes, members: {"":["repair","index","from"]} } },
  exportEvents: { method: "GET", path: "orgs/{org}/data/export/events", query: {"after":{}} },
  eraseValues: { method: "POST", path: "orgs/{org}/data/events/{id}/erase" },
  renewLog: { method: "POST", path: "orgs/{org}/data/events/renew", body: { holds: isRenewalWishes, members: {"":["from","feed"]} } },
  inspectLog: { method: "POST", path: "orgs/{org}/data/events/fsck", body: { holds: isLogInspectionWishes, members: {"":["repair","from"]} } },
};
