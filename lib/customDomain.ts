import { BasePathMapping, DomainName, EndpointType, type RestApi, SecurityPolicy } from "aws-cdk-lib/aws-apigateway";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { ARecord, HostedZone, RecordTarget } from "aws-cdk-lib/aws-route53";
import { ApiGatewayDomain } from "aws-cdk-lib/aws-route53-targets";
import { Construct } from "constructs";
import type { Domain } from "./config.ts";

interface CustomDomainProps {
  readonly domain: Domain;
  readonly api: RestApi;
}

/** A custom name for the API: its Tenant URLs contain no stage, and survive a move to another API or region. */
export class CustomDomain extends Construct {
  /** Target of the name's CNAME or alias record. */
  readonly target: string;

  constructor(scope: Construct, id: string, { api, domain }: CustomDomainProps) {
    super(scope, id);
    const name = new DomainName(this, "Name", {
      domainName: domain.name,
      certificate: Certificate.fromCertificateArn(this, "Certificate", domain.certificateArn),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new BasePathMapping(this, "Mapping", { domainName: name, restApi: api, stage: api.deploymentStage });
    this.target = name.domainNameAliasDomainName;
    if (domain.hostedZoneId !== undefined) {
      new ARecord(this, "Alias", {
        // The record name below is absolute, so the zone's name is unused.
        zone: HostedZone.fromHostedZoneAttributes(this, "Zone", {
          hostedZoneId: domain.hostedZoneId,
          zoneName: domain.name,
        }),
        recordName: `${domain.name}.`,
        target: RecordTarget.fromAlias(new ApiGatewayDomain(name)),
      });
    }
  }
}
