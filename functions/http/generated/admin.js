// Made by `npm run generate` from functions/http/signed/declarations.
"use strict";
export const isNewOrg = validate20;

function validate20(data){
/*# sourceURL="NewOrg" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.org === undefined) && (missing0 = "org")){
validate20.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((((((key0 === "org") || (key0 === "displayName")) || (key0 === "entitled")) || (key0 === "sso")) || (key0 === "admins")) || (key0 === "preset")) || (key0 === "changedRules")) || (key0 === "eventRetentionDays"))){
validate20.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.org !== undefined){
const _errs2 = errors;
if(typeof data.org !== "string"){
validate20.errors = [{instancePath:instancePath+"/org",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.displayName !== undefined){
const _errs4 = errors;
if(typeof data.displayName !== "string"){
validate20.errors = [{instancePath:instancePath+"/displayName",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.entitled !== undefined){
const _errs6 = errors;
if(typeof data.entitled !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/entitled",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.sso !== undefined){
let data3 = data.sso;
const _errs8 = errors;
if((!(data3 && typeof data3 == "object" && !Array.isArray(data3))) && (data3 !== null)){
validate20.errors = [{instancePath:instancePath+"/sso",keyword:"type",params:{type: "object"}}];
return false;
}
if(errors === _errs8){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
const _errs11 = errors;
for(const key1 in data3){
if(!((key1 === "url") || (key1 === "entityId"))){
validate20.errors = [{instancePath:instancePath+"/sso",keyword:"additionalProperties",params:{additionalProperty: key1}}];
return false;
break;
}
}
if(_errs11 === errors){
if(data3.url !== undefined){
const _errs12 = errors;
if(typeof data3.url !== "string"){
validate20.errors = [{instancePath:instancePath+"/sso/url",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs12 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data3.entityId !== undefined){
const _errs14 = errors;
if(typeof data3.entityId !== "string"){
validate20.errors = [{instancePath:instancePath+"/sso/entityId",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs14 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.admins !== undefined){
let data6 = data.admins;
const _errs16 = errors;
if(errors === _errs16){
if(Array.isArray(data6)){
var valid2 = true;
const len0 = data6.length;
for(let i0=0; i0<len0; i0++){
const _errs18 = errors;
if(typeof data6[i0] !== "string"){
validate20.errors = [{instancePath:instancePath+"/admins/" + i0,keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs18 === errors;
if(!valid2){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/admins",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.changedRules !== undefined){
let data8 = data.changedRules;
const _errs20 = errors;
if(!(data8 && typeof data8 == "object" && !Array.isArray(data8))){
validate20.errors = [{instancePath:instancePath+"/changedRules",keyword:"type",params:{type: "object"}}];
return false;
}
var valid0 = _errs20 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.eventRetentionDays !== undefined){
let data9 = data.eventRetentionDays;
const _errs22 = errors;
if((!(typeof data9 == "number")) && (data9 !== null)){
validate20.errors = [{instancePath:instancePath+"/eventRetentionDays",keyword:"type",params:{type: "number"}}];
return false;
}
var valid0 = _errs22 === errors;
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

export const isOrgChange = validate21;

function validate21(data){
/*# sourceURL="OrgChange" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(((((((key0 === "displayName") || (key0 === "entitled")) || (key0 === "sso")) || (key0 === "admins")) || (key0 === "preset")) || (key0 === "changedRules")) || (key0 === "eventRetentionDays"))){
validate21.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.displayName !== undefined){
const _errs2 = errors;
if(typeof data.displayName !== "string"){
validate21.errors = [{instancePath:instancePath+"/displayName",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.entitled !== undefined){
const _errs4 = errors;
if(typeof data.entitled !== "boolean"){
validate21.errors = [{instancePath:instancePath+"/entitled",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.sso !== undefined){
let data2 = data.sso;
const _errs6 = errors;
if((!(data2 && typeof data2 == "object" && !Array.isArray(data2))) && (data2 !== null)){
validate21.errors = [{instancePath:instancePath+"/sso",keyword:"type",params:{type: "object"}}];
return false;
}
if(errors === _errs6){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
const _errs9 = errors;
for(const key1 in data2){
if(!((key1 === "url") || (key1 === "entityId"))){
validate21.errors = [{instancePath:instancePath+"/sso",keyword:"additionalProperties",params:{additionalProperty: key1}}];
return false;
break;
}
}
if(_errs9 === errors){
if(data2.url !== undefined){
const _errs10 = errors;
if(typeof data2.url !== "string"){
validate21.errors = [{instancePath:instancePath+"/sso/url",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs10 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.entityId !== undefined){
const _errs12 = errors;
if(typeof data2.entityId !== "string"){
validate21.errors = [{instancePath:instancePath+"/sso/entityId",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs12 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.admins !== undefined){
let data5 = data.admins;
const _errs14 = errors;
if(errors === _errs14){
if(Array.isArray(data5)){
var valid2 = true;
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
const _errs16 = errors;
if(typeof data5[i0] !== "string"){
validate21.errors = [{instancePath:instancePath+"/admins/" + i0,keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs16 === errors;
if(!valid2){
break;
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/admins",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.changedRules !== undefined){
let data7 = data.changedRules;
const _errs18 = errors;
if(!(data7 && typeof data7 == "object" && !Array.isArray(data7))){
validate21.errors = [{instancePath:instancePath+"/changedRules",keyword:"type",params:{type: "object"}}];
return false;
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.eventRetentionDays !== undefined){
let data8 = data.eventRetentionDays;
const _errs20 = errors;
if((!(typeof data8 == "number")) && (data8 !== null)){
validate21.errors = [{instancePath:instancePath+"/eventRetentionDays",keyword:"type",params:{type: "number"}}];
return false;
}
var valid0 = _errs20 === errors;
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
}
else {
validate21.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate21.errors = vErrors;
return errors === 0;
}

export const isReason = validate22;

function validate22(data){
/*# sourceURL="Reason" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.reason === undefined) && (missing0 = "reason")){
validate22.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(key0 === "reason")){
validate22.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.reason !== undefined){
if(typeof data.reason !== "string"){
validate22.errors = [{instancePath:instancePath+"/reason",keyword:"type",params:{type: "string"}}];
return false;
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

export const isConfirmation = validate23;

function validate23(data){
/*# sourceURL="Confirmation" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.confirm === undefined) && (missing0 = "confirm")){
validate23.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(key0 === "confirm")){
validate23.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.confirm !== undefined){
if(typeof data.confirm !== "string"){
validate23.errors = [{instancePath:instancePath+"/confirm",keyword:"type",params:{type: "string"}}];
return false;
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

export const isTokenWishes = validate24;

function validate24(data){
/*# sourceURL="TokenWishes" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "description") || (key0 === "expiresInDays")) || (key0 === "boundTo"))){
validate24.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.description !== undefined){
const _errs2 = errors;
if(typeof data.description !== "string"){
validate24.errors = [{instancePath:instancePath+"/description",keyword:"type",params:{type: "string"}}];
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
validate24.errors = [{instancePath:instancePath+"/expiresInDays",keyword:"type",params:{type: "number"}}];
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
validate24.errors = [{instancePath:instancePath+"/boundTo",keyword:"type",params:{type: "string"}}];
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

export const isRotationWishes = validate25;

function validate25(data){
/*# sourceURL="RotationWishes" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "description") || (key0 === "expiresInDays")) || (key0 === "boundTo")) || (key0 === "overlapSeconds")) || (key0 === "onFirstUse"))){
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
if(data.expiresInDays !== undefined){
const _errs4 = errors;
if(!(typeof data.expiresInDays == "number")){
validate25.errors = [{instancePath:instancePath+"/expiresInDays",keyword:"type",params:{type: "number"}}];
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
validate25.errors = [{instancePath:instancePath+"/boundTo",keyword:"type",params:{type: "string"}}];
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
validate25.errors = [{instancePath:instancePath+"/overlapSeconds",keyword:"type",params:{type: "number"}}];
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
validate25.errors = [{instancePath:instancePath+"/onFirstUse",keyword:"type",params:{type: "boolean"}}];
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

export const isClientSecretWishes = validate26;

function validate26(data){
/*# sourceURL="ClientSecretWishes" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!((key0 === "description") || (key0 === "expiresInDays"))){
validate26.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.description !== undefined){
const _errs2 = errors;
if(typeof data.description !== "string"){
validate26.errors = [{instancePath:instancePath+"/description",keyword:"type",params:{type: "string"}}];
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
validate26.errors = [{instancePath:instancePath+"/expiresInDays",keyword:"type",params:{type: "number"}}];
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

export const isTrustWishes = validate27;

function validate27(data){
/*# sourceURL="TrustWishes" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "description") || (key0 === "expiresInDays")) || (key0 === "entra")) || (key0 === "federated")) || (key0 === "keys"))){
validate27.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.description !== undefined){
const _errs2 = errors;
if(typeof data.description !== "string"){
validate27.errors = [{instancePath:instancePath+"/description",keyword:"type",params:{type: "string"}}];
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
validate27.errors = [{instancePath:instancePath+"/expiresInDays",keyword:"type",params:{type: "number"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.entra !== undefined){
let data2 = data.entra;
const _errs6 = errors;
if(errors === _errs6){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
let missing0;
if(((data2.tenant === undefined) && (missing0 = "tenant")) || ((data2.objectId === undefined) && (missing0 = "objectId"))){
validate27.errors = [{instancePath:instancePath+"/entra",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data2){
if(!((((key1 === "tenant") || (key1 === "objectId")) || (key1 === "appId")) || (key1 === "audiences"))){
validate27.errors = [{instancePath:instancePath+"/entra",keyword:"additionalProperties",params:{additionalProperty: key1}}];
return false;
break;
}
}
if(_errs8 === errors){
if(data2.tenant !== undefined){
const _errs9 = errors;
if(typeof data2.tenant !== "string"){
validate27.errors = [{instancePath:instancePath+"/entra/tenant",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs9 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.objectId !== undefined){
const _errs11 = errors;
if(typeof data2.objectId !== "string"){
validate27.errors = [{instancePath:instancePath+"/entra/objectId",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs11 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.appId !== undefined){
const _errs13 = errors;
if(typeof data2.appId !== "string"){
validate27.errors = [{instancePath:instancePath+"/entra/appId",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs13 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.audiences !== undefined){
let data6 = data2.audiences;
const _errs15 = errors;
if(errors === _errs15){
if(Array.isArray(data6)){
var valid2 = true;
const len0 = data6.length;
for(let i0=0; i0<len0; i0++){
const _errs17 = errors;
if(typeof data6[i0] !== "string"){
validate27.errors = [{instancePath:instancePath+"/entra/audiences/" + i0,keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs17 === errors;
if(!valid2){
break;
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/entra/audiences",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid1 = _errs15 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/entra",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.federated !== undefined){
let data8 = data.federated;
const _errs19 = errors;
if(errors === _errs19){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing1;
if((((data8.issuer === undefined) && (missing1 = "issuer")) || ((data8.subject === undefined) && (missing1 = "subject"))) || ((data8.audiences === undefined) && (missing1 = "audiences"))){
validate27.errors = [{instancePath:instancePath+"/federated",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
const _errs21 = errors;
for(const key2 in data8){
if(!(((((key2 === "issuer") || (key2 === "keysUrl")) || (key2 === "subject")) || (key2 === "audiences")) || (key2 === "tenant"))){
validate27.errors = [{instancePath:instancePath+"/federated",keyword:"additionalProperties",params:{additionalProperty: key2}}];
return false;
break;
}
}
if(_errs21 === errors){
if(data8.issuer !== undefined){
const _errs22 = errors;
if(typeof data8.issuer !== "string"){
validate27.errors = [{instancePath:instancePath+"/federated/issuer",keyword:"type",params:{type: "string"}}];
return false;
}
var valid3 = _errs22 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data8.keysUrl !== undefined){
const _errs24 = errors;
if(typeof data8.keysUrl !== "string"){
validate27.errors = [{instancePath:instancePath+"/federated/keysUrl",keyword:"type",params:{type: "string"}}];
return false;
}
var valid3 = _errs24 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data8.subject !== undefined){
const _errs26 = errors;
if(typeof data8.subject !== "string"){
validate27.errors = [{instancePath:instancePath+"/federated/subject",keyword:"type",params:{type: "string"}}];
return false;
}
var valid3 = _errs26 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data8.audiences !== undefined){
let data12 = data8.audiences;
const _errs28 = errors;
if(errors === _errs28){
if(Array.isArray(data12)){
var valid4 = true;
const len1 = data12.length;
for(let i1=0; i1<len1; i1++){
const _errs30 = errors;
if(typeof data12[i1] !== "string"){
validate27.errors = [{instancePath:instancePath+"/federated/audiences/" + i1,keyword:"type",params:{type: "string"}}];
return false;
}
var valid4 = _errs30 === errors;
if(!valid4){
break;
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/federated/audiences",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid3 = _errs28 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data8.tenant !== undefined){
const _errs32 = errors;
if(typeof data8.tenant !== "string"){
validate27.errors = [{instancePath:instancePath+"/federated/tenant",keyword:"type",params:{type: "string"}}];
return false;
}
var valid3 = _errs32 === errors;
}
else {
var valid3 = true;
}
}
}
}
}
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/federated",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs19 === errors;
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
validate27.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate27.errors = vErrors;
return errors === 0;
}

export const isApplicationKeyWishes = validate28;

function validate28(data){
/*# sourceURL="ApplicationKeyWishes" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "scope") || (key0 === "org")) || (key0 === "description")) || (key0 === "expiresInDays"))){
validate28.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.org !== undefined){
const _errs2 = errors;
if(typeof data.org !== "string"){
validate28.errors = [{instancePath:instancePath+"/org",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.description !== undefined){
const _errs4 = errors;
if(typeof data.description !== "string"){
validate28.errors = [{instancePath:instancePath+"/description",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.expiresInDays !== undefined){
const _errs6 = errors;
if(!(typeof data.expiresInDays == "number")){
validate28.errors = [{instancePath:instancePath+"/expiresInDays",keyword:"type",params:{type: "number"}}];
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
validate28.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate28.errors = vErrors;
return errors === 0;
}

export const isNewDomain = validate29;

function validate29(data){
/*# sourceURL="NewDomain" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.domain === undefined) && (missing0 = "domain")){
validate29.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(key0 === "domain")){
validate29.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.domain !== undefined){
if(typeof data.domain !== "string"){
validate29.errors = [{instancePath:instancePath+"/domain",keyword:"type",params:{type: "string"}}];
return false;
}
}
}
}
}
else {
validate29.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate29.errors = vErrors;
return errors === 0;
}

export const isHoldRelease = validate30;

function validate30(data){
/*# sourceURL="HoldRelease" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(key0 === "hours")){
validate30.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.hours !== undefined){
if(!(typeof data.hours == "number")){
validate30.errors = [{instancePath:instancePath+"/hours",keyword:"type",params:{type: "number"}}];
return false;
}
}
}
}
else {
validate30.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate30.errors = vErrors;
return errors === 0;
}

export const isNewWebhook = validate31;

function validate31(data){
/*# sourceURL="NewWebhook" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.url === undefined) && (missing0 = "url")){
validate31.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "url") || (key0 === "description")) || (key0 === "types"))){
validate31.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.url !== undefined){
const _errs2 = errors;
if(typeof data.url !== "string"){
validate31.errors = [{instancePath:instancePath+"/url",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.description !== undefined){
const _errs4 = errors;
if(typeof data.description !== "string"){
validate31.errors = [{instancePath:instancePath+"/description",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.types !== undefined){
let data2 = data.types;
const _errs6 = errors;
if(errors === _errs6){
if(Array.isArray(data2)){
var valid1 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
const _errs8 = errors;
if(typeof data2[i0] !== "string"){
validate31.errors = [{instancePath:instancePath+"/types/" + i0,keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs8 === errors;
if(!valid1){
break;
}
}
}
else {
validate31.errors = [{instancePath:instancePath+"/types",keyword:"type",params:{type: "array"}}];
return false;
}
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
}
else {
validate31.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate31.errors = vErrors;
return errors === 0;
}

export const isWebhookChanges = validate32;

function validate32(data){
/*# sourceURL="WebhookChanges" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "url") || (key0 === "description")) || (key0 === "types")) || (key0 === "enabled"))){
validate32.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.url !== undefined){
const _errs2 = errors;
if(typeof data.url !== "string"){
validate32.errors = [{instancePath:instancePath+"/url",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.description !== undefined){
const _errs4 = errors;
if(typeof data.description !== "string"){
validate32.errors = [{instancePath:instancePath+"/description",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.types !== undefined){
let data2 = data.types;
const _errs6 = errors;
if(errors === _errs6){
if(Array.isArray(data2)){
var valid1 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
const _errs8 = errors;
if(typeof data2[i0] !== "string"){
validate32.errors = [{instancePath:instancePath+"/types/" + i0,keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs8 === errors;
if(!valid1){
break;
}
}
}
else {
validate32.errors = [{instancePath:instancePath+"/types",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.enabled !== undefined){
const _errs10 = errors;
if(typeof data.enabled !== "boolean"){
validate32.errors = [{instancePath:instancePath+"/enabled",keyword:"type",params:{type: "boolean"}}];
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
else {
validate32.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate32.errors = vErrors;
return errors === 0;
}

export const isWebhookRotation = validate33;

function validate33(data){
/*# sourceURL="WebhookRotation" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(key0 === "overlapSeconds")){
validate33.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.overlapSeconds !== undefined){
if(!(typeof data.overlapSeconds == "number")){
validate33.errors = [{instancePath:instancePath+"/overlapSeconds",keyword:"type",params:{type: "number"}}];
return false;
}
}
}
}
else {
validate33.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate33.errors = vErrors;
return errors === 0;
}

export const isWebhookReplayWishes = validate34;

function validate34(data){
/*# sourceURL="WebhookReplayWishes" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.since === undefined) && (missing0 = "since")){
validate34.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((key0 === "since") || (key0 === "from"))){
validate34.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.since !== undefined){
const _errs2 = errors;
if(typeof data.since !== "string"){
validate34.errors = [{instancePath:instancePath+"/since",keyword:"type",params:{type: "string"}}];
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
validate34.errors = [{instancePath:instancePath+"/from",keyword:"type",params:{type: "string"}}];
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
validate34.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate34.errors = vErrors;
return errors === 0;
}

export const isPortalSessionWishes = validate35;

function validate35(data){
/*# sourceURL="PortalSessionWishes" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.actor === undefined) && (missing0 = "actor")){
validate35.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((((key0 === "actor") || (key0 === "intent")) || (key0 === "access")) || (key0 === "returnUrl")) || (key0 === "expiresIn")) || (key0 === "embed"))){
validate35.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.actor !== undefined){
const _errs2 = errors;
if(typeof data.actor !== "string"){
validate35.errors = [{instancePath:instancePath+"/actor",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.returnUrl !== undefined){
const _errs4 = errors;
if(typeof data.returnUrl !== "string"){
validate35.errors = [{instancePath:instancePath+"/returnUrl",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.expiresIn !== undefined){
const _errs6 = errors;
if(!(typeof data.expiresIn == "number")){
validate35.errors = [{instancePath:instancePath+"/expiresIn",keyword:"type",params:{type: "number"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.embed !== undefined){
const _errs8 = errors;
if(typeof data.embed !== "boolean"){
validate35.errors = [{instancePath:instancePath+"/embed",keyword:"type",params:{type: "boolean"}}];
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
}
else {
validate35.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate35.errors = vErrors;
return errors === 0;
}

export const isRoleMappingWishes = validate36;

function validate36(data){
/*# sourceURL="RoleMappingWishes" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "mode") || (key0 === "defaultRole")) || (key0 === "mappings"))){
validate36.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.defaultRole !== undefined){
let data0 = data.defaultRole;
if((typeof data0 !== "string") && (data0 !== null)){
validate36.errors = [{instancePath:instancePath+"/defaultRole",keyword:"type",params:{type: "string"}}];
return false;
}
}
}
}
else {
validate36.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate36.errors = vErrors;
return errors === 0;
}

export const adminRoutes = {
  listOrgs: { method: "GET", path: "orgs", query: {"count":{"whole":{"otherwise":100,"most":100}},"after":{"pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"}} },
  createOrg: { method: "POST", path: "orgs", status: 201, body: { holds: isNewOrg, members: {"":["org","displayName","entitled","sso","admins","preset","changedRules","eventRetentionDays"],"/sso":["url","entityId"]} } },
  getOrg: { method: "GET", path: "orgs/{org}" },
  updateOrg: { method: "PATCH", path: "orgs/{org}", body: { holds: isOrgChange, members: {"":["displayName","entitled","sso","admins","preset","changedRules","eventRetentionDays"],"/sso":["url","entityId"]} } },
  pauseOrg: { method: "POST", path: "orgs/{org}/pause", body: { holds: isReason, members: {"":["reason"]} } },
  resumeOrg: { method: "DELETE", path: "orgs/{org}/pause" },
  scheduleDeletion: { method: "POST", path: "orgs/{org}/deletion", body: { holds: isReason, members: {"":["reason"]} } },
  restoreOrg: { method: "DELETE", path: "orgs/{org}/deletion" },
  purgeOrg: { method: "POST", path: "orgs/{org}/purge", body: { holds: isConfirmation, members: {"":["confirm"]} } },
  listRemains: { method: "GET", path: "remains/{orgId}" },
  protectUser: { method: "POST", path: "orgs/{org}/protected/{userId}" },
  unprotectUser: { method: "DELETE", path: "orgs/{org}/protected/{userId}" },
  listTokens: { method: "GET", path: "orgs/{org}/tokens" },
  generateToken: { method: "POST", path: "orgs/{org}/tokens", status: 201, body: { holds: isTokenWishes, members: {"":["description","expiresInDays","boundTo"]} } },
  regenerateToken: { method: "POST", path: "orgs/{org}/tokens/regenerate", status: 201, body: { holds: isTokenWishes, members: {"":["description","expiresInDays","boundTo"]} } },
  rotateToken: { method: "POST", path: "orgs/{org}/tokens/rotate", status: 201, body: { holds: isRotationWishes, members: {"":["description","expiresInDays","boundTo","overlapSeconds","onFirstUse"]} } },
  revokeToken: { method: "DELETE", path: "orgs/{org}/tokens/{tokenId}" },
  listClientSecrets: { method: "GET", path: "orgs/{org}/clients" },
  createClientSecret: { method: "POST", path: "orgs/{org}/clients", status: 201, body: { holds: isClientSecretWishes, members: {"":["description","expiresInDays"]} } },
  revokeClientSecret: { method: "DELETE", path: "orgs/{org}/clients/{tokenId}" },
  reportTokens: { method: "GET", path: "tokens-report", query: {"after":{"pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"}} },
  listTrusts: { method: "GET", path: "orgs/{org}/trusts" },
  createTrust: { method: "POST", path: "orgs/{org}/trusts", status: 201, body: { holds: isTrustWishes, members: {"":["description","expiresInDays","entra","federated","keys"],"/entra":["tenant","objectId","appId","audiences"],"/federated":["issuer","keysUrl","subject","audiences","tenant"]} } },
  revokeTrust: { method: "DELETE", path: "orgs/{org}/trusts/{tokenId}" },
  listApplicationKeys: { method: "GET", path: "app-keys", query: {"org":{}} },
  createApplicationKey: { method: "POST", path: "app-keys", status: 201, body: { holds: isApplicationKeyWishes, members: {"":["scope","org","description","expiresInDays"]} } },
  revokeApplicationKey: { method: "DELETE", path: "app-keys/{keyId}", query: {"org":{}} },
  listDomains: { method: "GET", path: "orgs/{org}/domains" },
  addDomain: { method: "POST", path: "orgs/{org}/domains", status: 201, body: { holds: isNewDomain, members: {"":["domain"]} } },
  verifyDomain: { method: "POST", path: "orgs/{org}/domains/{domain}/verify" },
  removeDomain: { method: "DELETE", path: "orgs/{org}/domains/{domain}" },
  showHold: { method: "GET", path: "orgs/{org}/hold" },
  releaseHold: { method: "POST", path: "orgs/{org}/hold/release", body: { holds: isHoldRelease, members: {"":["hours"]} } },
  refuseHold: { method: "POST", path: "orgs/{org}/hold/refuse", body: { holds: isReason, members: {"":["reason"]} } },
  listUsers: { method: "GET", path: "orgs/{org}/users", query: {"startIndex":{"whole":{"otherwise":1}},"count":{"whole":{"otherwise":100,"most":100}}} },
  listTeams: { method: "GET", path: "orgs/{org}/teams", query: {"startIndex":{"whole":{"otherwise":1}},"count":{"whole":{"otherwise":100,"most":100}}} },
  getTeam: { method: "GET", path: "orgs/{org}/teams/{idOrName}", query: {"count":{"whole":{"otherwise":1000,"most":1000}},"after":{"pattern":"^[ug][0-9A-Za-z]{22}$"}} },
  listWebhooks: { method: "GET", path: "orgs/{org}/webhooks" },
  createWebhook: { method: "POST", path: "orgs/{org}/webhooks", status: 201, body: { holds: isNewWebhook, members: {"":["url","description","types"]} } },
  getWebhook: { method: "GET", path: "orgs/{org}/webhooks/{webhookId}" },
  updateWebhook: { method: "PATCH", path: "orgs/{org}/webhooks/{webhookId}", body: { holds: isWebhookChanges, members: {"":["url","description","types","enabled"]} } },
  removeWebhook: { method: "DELETE", path: "orgs/{org}/webhooks/{webhookId}" },
  rotateWebhookSecret: { method: "POST", path: "orgs/{org}/webhooks/{webhookId}/rotate", status: 201, body: { holds: isWebhookRotation, members: {"":["overlapSeconds"]} } },
  testWebhook: { method: "POST", path: "orgs/{org}/webhooks/{webhookId}/test", status: 201 },
  listDeliveries: { method: "GET", path: "orgs/{org}/webhooks/{webhookId}/deliveries", query: {"status":{},"count":{"whole":{"otherwise":100,"most":100}},"after":{}} },
  replayDelivery: { method: "POST", path: "orgs/{org}/webhooks/{webhookId}/deliveries/{deliveryId}/replay" },
  replayFailed: { method: "POST", path: "orgs/{org}/webhooks/{webhookId}/replay", body: { holds: isWebhookReplayWishes, members: {"":["since","from"]} } },
  listDeploymentWebhooks: { method: "GET", path: "webhooks" },
  createDeploymentWebhook: { method: "POST", path: "webhooks", status: 201, body: { holds: isNewWebhook, members: {"":["url","description","types"]} } },
  getDeploymentWebhook: { method: "GET", path: "webhooks/{webhookId}" },
  updateDeploymentWebhook: { method: "PATCH", path: "webhooks/{webhookId}", body: { holds: isWebhookChanges, members: {"":["url","description","types","enabled"]} } },
  removeDeploymentWebhook: { method: "DELETE", path: "webhooks/{webhookId}" },
  rotateDeploymentWebhookSecret: { method: "POST", path: "webhooks/{webhookId}/rotate", status: 201, body: { holds: isWebhookRotation, members: {"":["overlapSeconds"]} } },
  testDeploymentWebhook: { method: "POST", path: "webhooks/{webhookId}/test", status: 201 },
  listDeploymentDeliveries: { method: "GET", path: "webhooks/{webhookId}/deliveries", query: {"status":{},"count":{"whole":{"otherwise":100,"most":100}},"after":{}} },
  replayDeploymentDelivery: { method: "POST", path: "webhooks/{webhookId}/deliveries/{deliveryId}/replay" },
  replayDeploymentFailed: { method: "POST", path: "webhooks/{webhookId}/replay", body: { holds: isWebhookReplayWishes, members: {"":["since","from"]} } },
  listPortalSessions: { method: "GET", path: "orgs/{org}/portal-sessions" },
  createPortalSession: { method: "POST", path: "orgs/{org}/portal-sessions", status: 201, body: { holds: isPortalSessionWishes, members: {"":["actor","intent","access","returnUrl","expiresIn","embed"]} } },
  revokePortalSession: { method: "DELETE", path: "orgs/{org}/portal-sessions/{sessionId}" },
  getMappings: { method: "GET", path: "orgs/{org}/roles" },
  setMappings: { method: "PUT", path: "orgs/{org}/roles", body: { holds: isRoleMappingWishes, members: {"":["mode","defaultRole","mappings"]} } },
  removeMappings: { method: "DELETE", path: "orgs/{org}/roles" },
  previewMappings: { method: "POST", path: "orgs/{org}/roles/preview", query: {"cursor":{}}, body: { holds: isRoleMappingWishes, members: {"":["mode","defaultRole","mappings"]} } },
  rebuildRoles: { method: "POST", path: "orgs/{org}/roles/rebuild" },
};
