// Made by `npm run generate` from functions/http/signed/declarations.
import { isTokenWishes, isRotationWishes, isClientSecretWishes } from "./admin.js";
"use strict";
export const isPortalLink = validate20;

function validate20(data){
/*# sourceURL="PortalLink" */;
const instancePath = "", vErrors = null, errors = 0;
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

export const isOwnRules = validate21;

function validate21(data){
/*# sourceURL="OwnRules" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(key0 === "rules")){
validate21.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.rules !== undefined){
let data0 = data.rules;
if(!(data0 && typeof data0 == "object" && !Array.isArray(data0))){
validate21.errors = [{instancePath:instancePath+"/rules",keyword:"type",params:{type: "object"}}];
return false;
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
