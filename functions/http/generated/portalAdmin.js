// Made by `npm run generate` from functions/http/signed/declarations.
"use strict";
const isPortalLink = validate20;

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="PortalLink" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.link === undefined) && (missing0 = "link")){
validate20.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(key0 === "link")){
validate20.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.link !== undefined){
if(typeof data.link !== "string"){
validate20.errors = [{instancePath:instancePath+"/link",keyword:"type",params:{type: "string"}}];
return false;
}
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

const isTokenWishes = validate21;

function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="TokenWishes" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "description") || (key0 === "expiresInDays")) || (key0 === "boundTo"))){
validate21.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.description !== undefined){
const _errs2 = errors;
if(typeof data.description !== "string"){
validate21.errors = [{instancePath:instancePath+"/description",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.expiresInDays !== undefined){
const _errs4 = errors;
if(!(typeof data.expiresInDays == "number")){
validate21.errors = [{instancePath:instancePath+"/expiresInDays",keyword:"type",params:{type: "number"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.boundTo !== undefined){
const _errs6 = errors;
if(typeof data.boundTo !== "string"){
validate21.errors = [{instancePath:instancePath+"/boundTo",keyword:"type",params:{type: "string"}}];
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
validate21.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate21.errors = vErrors;
return errors === 0;
}

const isRotationWishes = validate22;

function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="RotationWishes" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "description") || (key0 === "expiresInDays")) || (key0 === "boundTo")) || (key0 === "overlapSeconds")) || (key0 === "onFirstUse"))){
validate22.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.description !== undefined){
const _errs2 = errors;
if(typeof data.description !== "string"){
validate22.errors = [{instancePath:instancePath+"/description",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.expiresInDays !== undefined){
const _errs4 = errors;
if(!(typeof data.expiresInDays == "number")){
validate22.errors = [{instancePath:instancePath+"/expiresInDays",keyword:"type",params:{type: "number"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.boundTo !== undefined){
const _errs6 = errors;
if(typeof data.boundTo !== "string"){
validate22.errors = [{instancePath:instancePath+"/boundTo",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.overlapSeconds !== undefined){
const _errs8 = errors;
if(!(typeof data.overlapSeconds == "number")){
validate22.errors = [{instancePath:instancePath+"/overlapSeconds",keyword:"type",params:{type: "number"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.onFirstUse !== undefined){
const _errs10 = errors;
if(typeof data.onFirstUse !== "boolean"){
validate22.errors = [{instancePath:instancePath+"/onFirstUse",keyword:"type",params:{type: "boolean"}}];
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
validate22.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate22.errors = vErrors;
return errors === 0;
}

const isClientSecretWishes = validate23;

function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="ClientSecretWishes" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!((key0 === "description") || (key0 === "expiresInDays"))){
validate23.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.description !== undefined){
const _errs2 = errors;
if(typeof data.description !== "string"){
validate23.errors = [{instancePath:instancePath+"/description",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.expiresInDays !== undefined){
const _errs4 = errors;
if(!(typeof data.expiresInDays == "number")){
validate23.errors = [{instancePath:instancePath+"/expiresInDays",keyword:"type",params:{type: "number"}}];
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
validate23.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate23.errors = vErrors;
return errors === 0;
}

const isOwnRules = validate24;

function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="OwnRules" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(key0 === "rules")){
validate24.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.rules !== undefined){
let data0 = data.rules;
if(!(data0 && typeof data0 == "object" && !Array.isArray(data0))){
validate24.errors = [{instancePath:instancePath+"/rules",keyword:"type",params:{type: "object"}}];
return false;
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

export const portalAdminRoutes = {
  redeemPortalLink: { method: "POST", path: "redeem", body: { holds: isPortalLink, members: {"":["link"]} } },
  endOwnSession: { method: "DELETE", path: "session", status: 204 },
  listTokens: { method: "GET", path: "orgs/{org}/tokens" },
  generateToken: { method: "POST", path: "orgs/{org}/tokens", status: 201, body: { holds: isTokenWishes, members: {"":["description","expiresInDays","boundTo"]} } },
  regenerateToken: { method: "POST", path: "orgs/{org}/tokens/regenerate", status: 201, body: { holds: isTokenWishes, members: {"":["description","expiresInDays","boundTo"]} } },
  rotateToken: { method: "POST", path: "orgs/{org}/tokens/rotate", status: 201, body: { holds: isRotationWishes, members: {"":["description","expiresInDays","boundTo","overlapSeconds","onFirstUse"]} } },
  revokeToken: { method: "DELETE", path: "orgs/{org}/tokens/{tokenId}" },
  listClientSecrets: { method: "GET", path: "orgs/{org}/clients" },
  createClientSecret: { method: "POST", path: "orgs/{org}/clients", status: 201, body: { holds: isClientSecretWishes, members: {"":["description","expiresInDays"]} } },
  revokeClientSecret: { method: "DELETE", path: "orgs/{org}/clients/{tokenId}" },
  changeOwnRules: { method: "PATCH", path: "orgs/{org}/rules", body: { holds: isOwnRules, members: {"":["rules"]} } },
};
