// Made by `npm run generate`.
"use strict";
export const isBulkRequest = validate10;
const schema11 = {"$id":"bulkRequest","type":"object","required":["Operations"],"properties":{"failOnErrors":{"type":"integer"},"Operations":{"type":"array"}}};

function validate10(data){
/*# sourceURL="bulkRequest" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.Operations === undefined) && (missing0 = "Operations")){
validate10.errors = [{instancePath,message:"must have required property '"+missing0+"'"}];
return false;
}
else {
if(data.failOnErrors !== undefined){
let data0 = data.failOnErrors;
const _errs1 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate10.errors = [{instancePath:instancePath+"/failOnErrors",message:"must be integer"}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.Operations !== undefined){
const _errs3 = errors;
if(!(Array.isArray(data.Operations))){
validate10.errors = [{instancePath:instancePath+"/Operations",message:"must be array"}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
}
}
}
else {
validate10.errors = [{instancePath,message:"must be object"}];
return false;
}
}
validate10.errors = vErrors;
return errors === 0;
}

export const isBulkOperation = validate11;
const schema12 = {"$id":"bulkOperation","type":"object","required":["method","path"],"properties":{"method":{"type":"string"},"path":{"type":"string"},"bulkId":{"type":"string"},"version":{"type":"string"},"data":{"type":"object"}}};

function validate11(data){
/*# sourceURL="bulkOperation" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.method === undefined) && (missing0 = "method")) || ((data.path === undefined) && (missing0 = "path"))){
validate11.errors = [{instancePath,message:"must have required property '"+missing0+"'"}];
return false;
}
else {
if(data.method !== undefined){
const _errs1 = errors;
if(typeof data.method !== "string"){
validate11.errors = [{instancePath:instancePath+"/method",message:"must be string"}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.path !== undefined){
const _errs3 = errors;
if(typeof data.path !== "string"){
validate11.errors = [{instancePath:instancePath+"/path",message:"must be string"}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.bulkId !== undefined){
const _errs5 = errors;
if(typeof data.bulkId !== "string"){
validate11.errors = [{instancePath:instancePath+"/bulkId",message:"must be string"}];
return false;
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.version !== undefined){
const _errs7 = errors;
if(typeof data.version !== "string"){
validate11.errors = [{instancePath:instancePath+"/version",message:"must be string"}];
return false;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.data !== undefined){
let data4 = data.data;
const _errs9 = errors;
if(!(data4 && typeof data4 == "object" && !Array.isArray(data4))){
validate11.errors = [{instancePath:instancePath+"/data",message:"must be object"}];
return false;
}
var valid0 = _errs9 === errors;
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
validate11.errors = [{instancePath,message:"must be object"}];
return false;
}
}
validate11.errors = vErrors;
return errors === 0;
}
