// Made by `npm run generate`.
"use strict";
export const isPatchOp = validate10;
const schema11 = {"$id":"patchOp","type":"object","required":["Operations"],"properties":{"Operations":{"type":"array","minItems":1,"items":{"type":"object","required":["op"],"properties":{"op":{"type":"string"},"path":{"type":"string"}}}}}};

function validate10(data){
/*# sourceURL="patchOp" */;
const instancePath = "", vErrors = null, errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.Operations === undefined) && (missing0 = "Operations")){
validate10.errors = [{instancePath,message:"must have required property '"+missing0+"'"}];
return false;
}
else {
if(data.Operations !== undefined){
let data0 = data.Operations;
const _errs1 = errors;
if(errors === _errs1){
if(Array.isArray(data0)){
if(data0.length < 1){
validate10.errors = [{instancePath:instancePath+"/Operations",message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid1 = true;
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
const _errs3 = errors;
if(errors === _errs3){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
let missing1;
if((data1.op === undefined) && (missing1 = "op")){
validate10.errors = [{instancePath:instancePath+"/Operations/" + i0,message:"must have required property '"+missing1+"'"}];
return false;
}
else {
if(data1.op !== undefined){
const _errs5 = errors;
if(typeof data1.op !== "string"){
validate10.errors = [{instancePath:instancePath+"/Operations/" + i0+"/op",message:"must be string"}];
return false;
}
var valid2 = _errs5 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data1.path !== undefined){
const _errs7 = errors;
if(typeof data1.path !== "string"){
validate10.errors = [{instancePath:instancePath+"/Operations/" + i0+"/path",message:"must be string"}];
return false;
}
var valid2 = _errs7 === errors;
}
else {
var valid2 = true;
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/Operations/" + i0,message:"must be object"}];
return false;
}
}
var valid1 = _errs3 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/Operations",message:"must be array"}];
return false;
}
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
