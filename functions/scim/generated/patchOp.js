// Made by `npm run generate`.
"use strict";
export const isPatchOp = validate10;
const schema11 = {"$id":"patchOp","type":"object","required":["schemas","Operations"],"properties":{"schemas":{"type":"array","items":{"type":"string"}},"Operations":{"type":"array","minItems":1,"items":{"type":"object","required":["op"],"properties":{"op":{"type":"string"},"path":{"type":"string"}}}}}};

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="patchOp" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.schemas === undefined) && (missing0 = "schemas")) || ((data.Operations === undefined) && (missing0 = "Operations"))){
validate10.errors = [{instancePath,message:"must have required property '"+missing0+"'"}];
return false;
}
else {
if(data.schemas !== undefined){
let data0 = data.schemas;
const _errs1 = errors;
if(errors === _errs1){
if(Array.isArray(data0)){
var valid1 = true;
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
const _errs3 = errors;
if(typeof data0[i0] !== "string"){
validate10.errors = [{instancePath:instancePath+"/schemas/" + i0,message:"must be string"}];
return false;
}
var valid1 = _errs3 === errors;
if(!valid1){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/schemas",message:"must be array"}];
return false;
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.Operations !== undefined){
let data2 = data.Operations;
const _errs5 = errors;
if(errors === _errs5){
if(Array.isArray(data2)){
if(data2.length < 1){
validate10.errors = [{instancePath:instancePath+"/Operations",message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid2 = true;
const len1 = data2.length;
for(let i1=0; i1<len1; i1++){
let data3 = data2[i1];
const _errs7 = errors;
if(errors === _errs7){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
let missing1;
if((data3.op === undefined) && (missing1 = "op")){
validate10.errors = [{instancePath:instancePath+"/Operations/" + i1,message:"must have required property '"+missing1+"'"}];
return false;
}
else {
if(data3.op !== undefined){
const _errs9 = errors;
if(typeof data3.op !== "string"){
validate10.errors = [{instancePath:instancePath+"/Operations/" + i1+"/op",message:"must be string"}];
return false;
}
var valid3 = _errs9 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data3.path !== undefined){
const _errs11 = errors;
if(typeof data3.path !== "string"){
validate10.errors = [{instancePath:instancePath+"/Operations/" + i1+"/path",message:"must be string"}];
return false;
}
var valid3 = _errs11 === errors;
}
else {
var valid3 = true;
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/Operations/" + i1,message:"must be object"}];
return false;
}
}
var valid2 = _errs7 === errors;
if(!valid2){
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
var valid0 = _errs5 === errors;
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
