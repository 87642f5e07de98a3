BEGIN TRANSACTION;
CREATE TABLE contexts (
  context_no integer primary key,
  visitor_no integer not null,
  session blob not null,
  release integer, build_no integer not null, language_no integer not null, device_no integer not null,
  automated integer not null, mark_no integer not null, account_no integer not null, standing integer not null
);
INSERT INTO "contexts" VALUES(1,1,X'C381E88F38C048FD8712B8BC076F3787',1,1,2,3,0,0,0,2);
INSERT INTO "contexts" VALUES(2,2,X'803468B6B61049F7B9270F4EB8B333A8',1,1,11,3,0,0,0,2);
INSERT INTO "contexts" VALUES(3,3,X'BCFBB050ACAB4A6B869D4BD8B3FA7AA7',1,1,2,15,0,0,0,2);
INSERT INTO "contexts" VALUES(4,4,X'D92A4AA2B410493C8EFBC8D60B21FBAC',1,1,2,3,0,0,0,2);
INSERT INTO "contexts" VALUES(5,5,X'F320CD576D14475BB49AAE908FB5262C',1,1,2,3,0,19,0,2);
INSERT INTO "contexts" VALUES(6,1,X'A2A7AE1F3AC7452C8DF8440407295E42',1,1,2,3,0,0,0,2);
INSERT INTO "contexts" VALUES(7,6,X'F18DD1EED77C46C0884F3DD6415AF341',1,1,2,3,1,0,0,2);
CREATE TABLE environments (
  environment_id integer primary key,
  time_zone text not null,
  frozen_before integer not null default 0      -- day; its events are gone, its runs and rollups stay as they are
);
INSERT INTO "environments" VALUES(1,'UTC',0);
CREATE TABLE guides (
  guide_no integer primary key, environment_id integer not null, key text not null, unique (environment_id, key)
);
INSERT INTO "guides" VALUES(1,1,'first');
INSERT INTO "guides" VALUES(2,1,'hint');
CREATE TABLE names (name_no integer primary key, name text not null unique);
INSERT INTO "names" VALUES(1,'1.0.0');
INSERT INTO "names" VALUES(2,'en');
INSERT INTO "names" VALUES(3,'desktop');
INSERT INTO "names" VALUES(4,'paid');
INSERT INTO "names" VALUES(5,'next');
INSERT INTO "names" VALUES(6,'c');
INSERT INTO "names" VALUES(7,'completed');
INSERT INTO "names" VALUES(8,'a');
INSERT INTO "names" VALUES(9,'b');
INSERT INTO "names" VALUES(10,'exact');
INSERT INTO "names" VALUES(11,'ko');
INSERT INTO "names" VALUES(12,'close');
INSERT INTO "names" VALUES(13,'trial');
INSERT INTO "names" VALUES(14,'dismissed');
INSERT INTO "names" VALUES(15,'phone');
INSERT INTO "names" VALUES(16,'back');
INSERT INTO "names" VALUES(17,'hidden');
INSERT INTO "names" VALUES(18,'failed_attempt');
INSERT INTO "names" VALUES(19,'walk');
INSERT INTO "names" VALUES(20,'abandoned');
CREATE TABLE outcomes (outcome_no integer primary key, body text not null unique);
INSERT INTO "outcomes" VALUES(1,'["completed","next","c",false,[["a",true,true,false,0,"exact",100,null],["b",true,true,false,0,"exact",100,null],["c",true,true,false,0,"exact",100,null]],[["a","b",false],["b","c",false]]]');
INSERT INTO "outcomes" VALUES(2,'["dismissed","close","b",false,[["a",true,true,false,0,"exact",100,null],["b",true,false,false,0,"exact",100,null]],[["a","b",false]]]');
INSERT INTO "outcomes" VALUES(3,'["open",null,"a",false,[["a",true,true,false,0,"exact",100,null],["b",true,false,false,1,"exact",100,null]],[["a","b",false],["b","a",true]]]');
INSERT INTO "outcomes" VALUES(4,'["failed_attempt","hidden","a",true,[["a",false,false,false,0,null,null,"hidden"]],[]]');
INSERT INTO "outcomes" VALUES(5,'["dismissed","close","a",false,[["a",true,false,false,0,"exact",100,null]],[]]');
INSERT INTO "outcomes" VALUES(6,'["open",null,"a",false,[["a",true,false,false,0,"exact",100,null]],[]]');
INSERT INTO "outcomes" VALUES(7,'["abandoned",null,"a",false,[["a",true,true,false,0,"exact",100,null],["b",true,false,false,1,"exact",100,null]],[["a","b",false],["b","a",true]]]');
INSERT INTO "outcomes" VALUES(8,'["abandoned",null,"a",false,[["a",true,false,false,0,"exact",100,null]],[]]');
CREATE TABLE packs (
  pack integer primary key,
  context_no integer not null, received_at integer not null, skew integer not null,
  n integer not null, ids blob not null, body text not null
);
INSERT INTO "packs" VALUES(1048576,1,1800000020000,0,11,X'1E2FEB89414C443C9027C4D1C386BBC478E51061731148A382CE6F447ED4D57B35BF992DC9E94616A12E7696A6CECC1BE4B06CE6074147A8BCE42C8218072E8C9B810E766EC94286A3CA828DD5F4B3B2B2221A58008A45A684647159C324C985CD447E35B8B648FE842E3D437204E52D1A2B8F1FF1FD42A29755D4C13A90293105B6E6E307D44EDC91431193E6C3F339025B413F8A9A421EA648A7DD06839EB9AFBD67F9619649CFA1988AD9F06C144A','[[0,20000,0,null,null,{"segments":[]}],[2,19000,1,"a",null,{"match":"exact","confidence":1.0}],[6,18000,2,"a",null,{"visible_ms":2000}],[3,17000,3,"a",null,{"by":"next"}],[2,16000,4,"b",null,{"match":"exact","confidence":1.0}],[6,15000,5,"b",null,{"visible_ms":3000}],[3,14000,6,"b",null,{"by":"next"}],[2,13000,7,"c",null,{"match":"exact","confidence":1.0}],[6,12000,8,"c",null,{"visible_ms":1000}],[3,11000,9,"c",null,{"by":"next"}],[7,10000,10,"c",null,{"state":"completed","by":"next"}]]');
INSERT INTO "packs" VALUES(2097152,2,1800000080000,0,7,X'AD45F23D3B1A41DF987FD2803BAB6C39F3C64AF775A8429482CD789A380208A96A8AC4BA05804975AD2F89D94A2F20AAEC148CB48E734A47AA90A8F0D66B829EA11D459A2F974D8799999E3FA46D67534BE03DB0DC2544BDB94067EDFE175330E5446DD4552B42F6BE3EDC0A1EF2A4F0','[[0,20000,0,null,null,{"segments":["trial"]}],[2,19000,1,"a",null,{"match":"exact","confidence":1.0}],[6,18000,2,"a",null,{"visible_ms":2000}],[3,17000,3,"a",null,{"by":"next"}],[2,16000,4,"b",null,{"match":"exact","confidence":1.0}],[6,15000,5,"b",null,{"visible_ms":500}],[7,14000,6,"b",null,{"state":"dismissed","by":"close"}]]');
INSERT INTO "packs" VALUES(3145728,3,1800000140000,0,7,X'3099FDF5AB99454AA901E35CD47D380DF9341C68966B4EA188BEAB134DA98F1DF0DFB4A5D8A044DFBFD63116E1EA24C4DA71144896C84A19A4B2D2BC815A47C5BE6521CC3E2444E3BAF027BC08D6AF57AA2CA1AF6A104B75A77F6CBDCC22AF58E1FAB9D78C7E434F9DFBD3D12C4A3698','[[0,20000,0,null,null,{"segments":[]}],[2,19000,1,"a",null,{"match":"exact","confidence":1.0}],[6,18000,2,"a",null,{"visible_ms":4000}],[3,17000,3,"a",null,{"by":"next"}],[2,16000,4,"b",null,{"match":"exact","confidence":1.0}],[5,15000,5,"b",null,null],[2,14000,6,"a",null,{"match":"exact","confidence":1.0}]]');
INSERT INTO "packs" VALUES(4194304,4,1800000200000,0,3,X'29E821A4C74843E39BA1621582283D155EDA92D864AC4DB99707107E855C384478255D6807924986BB968A437D5C8DFC','[[0,20000,0,null,null,{"segments":[]}],[1,19000,1,"a",null,{"reason":"hidden"}],[7,18000,2,"a",null,{"state":"failed","reason":"hidden"}]]');
INSERT INTO "packs" VALUES(5242880,5,1800000260000,0,11,X'2B28FEF02B9C414EA5AC06D864C2F2E30326324DFB694FFBBA1890C78092B4D4EB8AC8CE8A244E6BB3138131C541013D678A5AA33B6F45078C5FE8F8DC3BF364D8F33418F3D447119804F92283868A29E8E5B4617589482B9A702CFA93EA5C4E9BE3CECB8C494C68A8C24D4244EF7FEB62397BC701764741BAB9F87FF5059285F463B337D20B4D599B610487C89DA11B83333218BD9141B7B03EDCA7E2DCAA37C703806984C84999A1167D8FCF23CAE8','[[0,20000,0,null,null,{"segments":[]}],[2,19000,1,"a",null,{"match":"exact","confidence":1.0}],[6,18000,2,"a",null,{"visible_ms":2000}],[3,17000,3,"a",null,{"by":"next"}],[2,16000,4,"b",null,{"match":"exact","confidence":1.0}],[6,15000,5,"b",null,{"visible_ms":3000}],[3,14000,6,"b",null,{"by":"next"}],[2,13000,7,"c",null,{"match":"exact","confidence":1.0}],[6,12000,8,"c",null,{"visible_ms":1000}],[3,11000,9,"c",null,{"by":"next"}],[7,10000,10,"c",null,{"state":"completed","by":"next"}]]');
INSERT INTO "packs" VALUES(6291456,6,1800000320000,0,4,X'F0E642F433284D088DED3C9691EB79FAD037CDFF7C244D49A9D495DD81355C530067DBA858984008AA17B9AF5B569643C9546B439F9D41298A449EBE89D9BF02','[[0,20000,0,null,null,{"segments":[]}],[2,19000,1,"a",null,{"match":"exact","confidence":1.0}],[6,18000,2,"a",null,{"visible_ms":2500}],[7,17000,3,"a",null,{"state":"dismissed","by":"close"}]]');
INSERT INTO "packs" VALUES(7340032,7,1800000380000,0,2,X'8D103ED3CC664E979773308CDC6B13ABEE52BDB6D1024A1599ED17E3CC0E95EE','[[0,20000,0,null,null,{"segments":[]}],[2,19000,1,"a",null,{"match":"exact","confidence":1.0}]]');
CREATE TABLE receipts (receipt text primary key, environment_id integer not null, at integer not null, body text not null);
CREATE TABLE rollup_counts (
  guide_no integer not null, mark_no integer not null, dimension integer not null, value_no integer not null,
  day integer not null, version integer not null, kind integer not null,
  a_no integer not null, b_no integer not null, c_no integer not null,
  n integer not null,
  primary key (guide_no, mark_no, dimension, value_no, day, version, kind, a_no, b_no, c_no)
) without rowid;
INSERT INTO "rollup_counts" VALUES(1,0,0,0,739996,1,1,8,9,0,3);
INSERT INTO "rollup_counts" VALUES(1,0,0,0,739996,1,1,9,6,0,1);
INSERT INTO "rollup_counts" VALUES(1,0,0,0,739996,1,1,9,8,16,1);
INSERT INTO "rollup_counts" VALUES(1,0,0,0,739996,1,2,6,7,5,1);
INSERT INTO "rollup_counts" VALUES(1,0,0,0,739996,1,2,8,18,17,1);
INSERT INTO "rollup_counts" VALUES(1,0,0,0,739996,1,2,8,20,0,1);
INSERT INTO "rollup_counts" VALUES(1,0,0,0,739996,1,2,9,14,12,1);
INSERT INTO "rollup_counts" VALUES(1,0,1,2,739996,1,1,8,9,0,2);
INSERT INTO "rollup_counts" VALUES(1,0,1,2,739996,1,1,9,6,0,1);
INSERT INTO "rollup_counts" VALUES(1,0,1,2,739996,1,1,9,8,16,1);
INSERT INTO "rollup_counts" VALUES(1,0,1,2,739996,1,2,6,7,5,1);
INSERT INTO "rollup_counts" VALUES(1,0,1,2,739996,1,2,8,18,17,1);
INSERT INTO "rollup_counts" VALUES(1,0,1,2,739996,1,2,8,20,0,1);
INSERT INTO "rollup_counts" VALUES(1,0,1,11,739996,1,1,8,9,0,1);
INSERT INTO "rollup_counts" VALUES(1,0,1,11,739996,1,2,9,14,12,1);
INSERT INTO "rollup_counts" VALUES(1,0,2,3,739996,1,1,8,9,0,2);
INSERT INTO "rollup_counts" VALUES(1,0,2,3,739996,1,1,9,6,0,1);
INSERT INTO "rollup_counts" VALUES(1,0,2,3,739996,1,2,6,7,5,1);
INSERT INTO "rollup_counts" VALUES(1,0,2,3,739996,1,2,8,18,17,1);
INSERT INTO "rollup_counts" VALUES(1,0,2,3,739996,1,2,9,14,12,1);
INSERT INTO "rollup_counts" VALUES(1,0,2,15,739996,1,1,8,9,0,1);
INSERT INTO "rollup_counts" VALUES(1,0,2,15,739996,1,1,9,8,16,1);
INSERT INTO "rollup_counts" VALUES(1,0,2,15,739996,1,2,8,20,0,1);
INSERT INTO "rollup_counts" VALUES(1,0,3,13,739996,1,1,8,9,0,1);
INSERT INTO "rollup_counts" VALUES(1,0,3,13,739996,1,2,9,14,12,1);
INSERT INTO "rollup_counts" VALUES(1,19,0,0,739996,1,1,8,9,0,1);
INSERT INTO "rollup_counts" VALUES(1,19,0,0,739996,1,1,9,6,0,1);
INSERT INTO "rollup_counts" VALUES(1,19,0,0,739996,1,2,6,7,5,1);
INSERT INTO "rollup_counts" VALUES(1,19,1,2,739996,1,1,8,9,0,1);
INSERT INTO "rollup_counts" VALUES(1,19,1,2,739996,1,1,9,6,0,1);
INSERT INTO "rollup_counts" VALUES(1,19,1,2,739996,1,2,6,7,5,1);
INSERT INTO "rollup_counts" VALUES(1,19,2,3,739996,1,1,8,9,0,1);
INSERT INTO "rollup_counts" VALUES(1,19,2,3,739996,1,1,9,6,0,1);
INSERT INTO "rollup_counts" VALUES(1,19,2,3,739996,1,2,6,7,5,1);
INSERT INTO "rollup_counts" VALUES(2,0,0,0,739996,1,2,8,14,12,1);
INSERT INTO "rollup_counts" VALUES(2,0,0,0,739996,1,2,8,20,0,1);
INSERT INTO "rollup_counts" VALUES(2,0,1,2,739996,1,2,8,14,12,1);
INSERT INTO "rollup_counts" VALUES(2,0,1,2,739996,1,2,8,20,0,1);
INSERT INTO "rollup_counts" VALUES(2,0,2,3,739996,1,2,8,14,12,1);
INSERT INTO "rollup_counts" VALUES(2,0,2,3,739996,1,2,8,20,0,1);
INSERT INTO "rollup_counts" VALUES(2,0,4,1,739996,1,2,8,20,0,1);
CREATE TABLE rollup_runs (
  guide_no integer not null, mark_no integer not null, dimension integer not null, value_no integer not null,
  day integer not null, version integer not null,
  attempts integer not null, failed_attempts integer not null, withdrawn integer not null, waiting integer not null,
  open integer not null, completed integer not null, dismissed integer not null, abandoned integer not null,
  failed integer not null, superseded integer not null, goal_n integer not null, goal_hits integer not null,
  primary key (guide_no, mark_no, dimension, value_no, day, version)
) without rowid;
INSERT INTO "rollup_runs" VALUES(1,0,0,0,739996,1,4,1,0,0,0,1,1,1,0,0,0,0);
INSERT INTO "rollup_runs" VALUES(1,0,1,2,739996,1,3,1,0,0,0,1,0,1,0,0,0,0);
INSERT INTO "rollup_runs" VALUES(1,0,1,11,739996,1,1,0,0,0,0,0,1,0,0,0,0,0);
INSERT INTO "rollup_runs" VALUES(1,0,2,3,739996,1,3,1,0,0,0,1,1,0,0,0,0,0);
INSERT INTO "rollup_runs" VALUES(1,0,2,15,739996,1,1,0,0,0,0,0,0,1,0,0,0,0);
INSERT INTO "rollup_runs" VALUES(1,0,3,13,739996,1,1,0,0,0,0,0,1,0,0,0,0,0);
INSERT INTO "rollup_runs" VALUES(1,19,0,0,739996,1,1,0,0,0,0,1,0,0,0,0,0,0);
INSERT INTO "rollup_runs" VALUES(1,19,1,2,739996,1,1,0,0,0,0,1,0,0,0,0,0,0);
INSERT INTO "rollup_runs" VALUES(1,19,2,3,739996,1,1,0,0,0,0,1,0,0,0,0,0,0);
INSERT INTO "rollup_runs" VALUES(2,0,0,0,739996,1,2,0,0,0,0,0,1,1,0,0,0,0);
INSERT INTO "rollup_runs" VALUES(2,0,1,2,739996,1,2,0,0,0,0,0,1,1,0,0,0,0);
INSERT INTO "rollup_runs" VALUES(2,0,2,3,739996,1,2,0,0,0,0,0,1,1,0,0,0,0);
INSERT INTO "rollup_runs" VALUES(2,0,4,1,739996,1,1,0,0,0,0,0,0,1,0,0,0,0);
CREATE TABLE rollup_steps (
  guide_no integer not null, mark_no integer not null, dimension integer not null, value_no integer not null,
  day integer not null, version integer not null, step_no integer not null,
  reached integer not null, reached_ended integer not null, passed integer not null, skipped integer not null,
  back integer not null, completed integer not null, dismissed integer not null, abandoned integer not null,
  failed integer not null, superseded integer not null, failed_before_shown integer not null,
  first integer not null default 0, counts blob not null default x'',
  primary key (guide_no, mark_no, dimension, value_no, day, version, step_no)
) without rowid;
INSERT INTO "rollup_steps" VALUES(1,0,0,0,739996,1,6,1,1,1,0,0,1,0,0,0,0,0,59,X'01000000');
INSERT INTO "rollup_steps" VALUES(1,0,0,0,739996,1,8,3,3,3,0,0,0,0,1,0,0,0,77,X'02000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001000000');
INSERT INTO "rollup_steps" VALUES(1,0,0,0,739996,1,9,3,3,1,0,1,0,1,0,0,0,0,87,X'01000000');
INSERT INTO "rollup_steps" VALUES(1,0,1,2,739996,1,6,1,1,1,0,0,1,0,0,0,0,0,59,X'01000000');
INSERT INTO "rollup_steps" VALUES(1,0,1,2,739996,1,8,2,2,2,0,0,0,0,1,0,0,0,77,X'01000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001000000');
INSERT INTO "rollup_steps" VALUES(1,0,1,2,739996,1,9,2,2,1,0,1,0,0,0,0,0,0,87,X'01000000');
INSERT INTO "rollup_steps" VALUES(1,0,1,11,739996,1,8,1,1,1,0,0,0,0,0,0,0,0,77,X'01000000');
INSERT INTO "rollup_steps" VALUES(1,0,1,11,739996,1,9,1,1,0,0,0,0,1,0,0,0,0,0,X'');
INSERT INTO "rollup_steps" VALUES(1,0,2,3,739996,1,6,1,1,1,0,0,1,0,0,0,0,0,59,X'01000000');
INSERT INTO "rollup_steps" VALUES(1,0,2,3,739996,1,8,2,2,2,0,0,0,0,0,0,0,0,77,X'02000000');
INSERT INTO "rollup_steps" VALUES(1,0,2,3,739996,1,9,2,2,1,0,0,0,1,0,0,0,0,87,X'01000000');
INSERT INTO "rollup_steps" VALUES(1,0,2,15,739996,1,8,1,1,1,0,0,0,0,1,0,0,0,95,X'01000000');
INSERT INTO "rollup_steps" VALUES(1,0,2,15,739996,1,9,1,1,0,0,1,0,0,0,0,0,0,0,X'');
INSERT INTO "rollup_steps" VALUES(1,0,3,13,739996,1,8,1,1,1,0,0,0,0,0,0,0,0,77,X'01000000');
INSERT INTO "rollup_steps" VALUES(1,0,3,13,739996,1,9,1,1,0,0,0,0,1,0,0,0,0,0,X'');
INSERT INTO "rollup_steps" VALUES(1,19,0,0,739996,1,6,1,1,1,0,0,1,0,0,0,0,0,59,X'01000000');
INSERT INTO "rollup_steps" VALUES(1,19,0,0,739996,1,8,1,1,1,0,0,0,0,0,0,0,0,77,X'01000000');
INSERT INTO "rollup_steps" VALUES(1,19,0,0,739996,1,9,1,1,1,0,0,0,0,0,0,0,0,87,X'01000000');
INSERT INTO "rollup_steps" VALUES(1,19,1,2,739996,1,6,1,1,1,0,0,1,0,0,0,0,0,59,X'01000000');
INSERT INTO "rollup_steps" VALUES(1,19,1,2,739996,1,8,1,1,1,0,0,0,0,0,0,0,0,77,X'01000000');
INSERT INTO "rollup_steps" VALUES(1,19,1,2,739996,1,9,1,1,1,0,0,0,0,0,0,0,0,87,X'01000000');
INSERT INTO "rollup_steps" VALUES(1,19,2,3,739996,1,6,1,1,1,0,0,1,0,0,0,0,0,59,X'01000000');
INSERT INTO "rollup_steps" VALUES(1,19,2,3,739996,1,8,1,1,1,0,0,0,0,0,0,0,0,77,X'01000000');
INSERT INTO "rollup_steps" VALUES(1,19,2,3,739996,1,9,1,1,1,0,0,0,0,0,0,0,0,87,X'01000000');
INSERT INTO "rollup_steps" VALUES(2,0,0,0,739996,1,8,2,2,0,0,0,0,1,1,0,0,0,0,X'');
INSERT INTO "rollup_steps" VALUES(2,0,1,2,739996,1,8,2,2,0,0,0,0,1,1,0,0,0,0,X'');
INSERT INTO "rollup_steps" VALUES(2,0,2,3,739996,1,8,2,2,0,0,0,0,1,1,0,0,0,0,X'');
INSERT INTO "rollup_steps" VALUES(2,0,4,1,739996,1,8,1,1,0,0,0,0,0,1,0,0,0,0,X'');
CREATE TABLE rollup_targets (
  guide_no integer not null, mark_no integer not null, day integer not null, version integer not null,
  step_no integer not null, match_no integer not null, n integer not null, confidence integer not null,
  primary key (guide_no, mark_no, day, version, step_no, match_no)
) without rowid;
INSERT INTO "rollup_targets" VALUES(1,0,739996,1,6,10,1,100);
INSERT INTO "rollup_targets" VALUES(1,0,739996,1,8,10,3,300);
INSERT INTO "rollup_targets" VALUES(1,0,739996,1,8,17,1,0);
INSERT INTO "rollup_targets" VALUES(1,0,739996,1,9,10,3,300);
INSERT INTO "rollup_targets" VALUES(1,19,739996,1,6,10,1,100);
INSERT INTO "rollup_targets" VALUES(1,19,739996,1,8,10,1,100);
INSERT INTO "rollup_targets" VALUES(1,19,739996,1,9,10,1,100);
INSERT INTO "rollup_targets" VALUES(2,0,739996,1,8,10,2,200);
CREATE TABLE runs (
  run_no integer primary key,
  run blob not null,
  guide_no integer not null,
  version integer not null,
  visitor_no integer not null,
  context_no integer not null,
  state integer not null, by_no integer not null, end_no integer not null, seq integer not null,
  requested_at integer not null, started_at integer, last_at integer not null, ended_at integer,
  outcome_no integer not null, times blob not null,
  goal_at integer, goal_closed integer not null,
  due_at integer,                               -- when time alone changes this row next
  day integer not null, mark_no integer not null, language_no integer not null, device_no integer not null,
  automated integer not null, segments_no integer not null,
  frozen integer not null default 0
);
INSERT INTO "runs" VALUES(1,X'CD613E30D8F14ADF91B7584A2265B1F5',1,1,1,1,4,5,6,10,1800000000000,1800000001000,1800000010000,1800000010000,1,X'4D573B',1800000009000,0,1800604801001,739996,0,2,3,0,0,0);
INSERT INTO "runs" VALUES(2,X'8D88348A7EED4D14B06D3FEF701966A0',1,1,2,2,5,12,9,6,1800000060000,1800000061000,1800000066000,1800000066000,2,X'4DFF',NULL,0,1800604861001,739996,0,11,3,0,13,0);
INSERT INTO "runs" VALUES(3,X'81F9C1F66C0F4459B79B17AEEFBA91FC',1,1,3,3,6,0,8,6,1800000120000,1800000121000,1800000126000,1800001926000,7,X'5FFF',NULL,0,1800604921001,739996,0,2,15,0,0,0);
INSERT INTO "runs" VALUES(4,X'A9EC0806705F4A169622BD795FEC898F',1,1,4,4,2,17,8,2,1800000180000,NULL,1800000182000,1800000182000,4,X'FF',NULL,0,NULL,739996,0,2,3,0,0,0);
INSERT INTO "runs" VALUES(5,X'9403560D97DA438D9D643C25FBB230BB',1,1,5,5,4,5,6,10,1800000240000,1800000241000,1800000250000,1800000250000,1,X'4D573B',NULL,0,1800605041001,739996,19,2,3,0,0,0);
INSERT INTO "runs" VALUES(6,X'5D5F576CDEB84C4CBB297D0B0E5E18BA',2,1,1,6,5,12,8,3,1800000300000,1800000301000,1800000303000,1800000303000,5,X'FF',1800000309000,0,1800605101001,739996,0,2,3,0,0,0);
INSERT INTO "runs" VALUES(7,X'2E47DC0E959F4A518CFE5CD12D5DB79B',2,1,6,7,6,0,8,1,1800000360000,1800000361000,1800000361000,1800002161000,8,X'FF',NULL,0,1800605161001,739996,0,2,3,1,0,0);
CREATE TABLE tallies (
  environment_id integer not null, day integer not null, code text not null, n integer not null,
  primary key (environment_id, day, code)
) without rowid;
INSERT INTO "tallies" VALUES(1,739996,'would_refuse',7);
CREATE TABLE versions (
  guide_no integer not null, version integer not null,
  goal_no integer not null, goal_within_ms integer not null, snooze_ms integer not null,
  primary key (guide_no, version)
) without rowid;
INSERT INTO "versions" VALUES(1,1,4,604800000,86400000);
INSERT INTO "versions" VALUES(2,1,4,604800000,86400000);
CREATE TABLE visitor_events (
  visitor_no integer not null, id blob not null,
  type integer not null, at integer not null, name_no integer not null, guide_no integer not null,
  version integer, context_no integer not null, waited integer not null, skew integer not null,
  page text, data text,
  primary key (visitor_no, id)
) without rowid;
INSERT INTO "visitor_events" VALUES(1,X'99901C0475494BC394C56C9A9CC9AF4E',11,1800000309000,4,0,NULL,6,11000,0,NULL,'{"name":"paid"}');
INSERT INTO "visitor_events" VALUES(1,X'B9D179E06C0F44F5B8130C4237730EDF',11,1800000009000,4,0,NULL,1,11000,0,NULL,'{"name":"paid"}');
CREATE TABLE visitors (
  visitor_no integer primary key,
  environment_id integer not null,
  anonymous integer not null,
  id text not null,
  person_no integer not null,                   -- itself, or the identified visitor that this anonymous id became
  unique (environment_id, id, anonymous)
);
INSERT INTO "visitors" VALUES(1,1,0,'u1',1);
INSERT INTO "visitors" VALUES(2,1,0,'u2',2);
INSERT INTO "visitors" VALUES(3,1,0,'u3',3);
INSERT INTO "visitors" VALUES(4,1,0,'u4',4);
INSERT INTO "visitors" VALUES(5,1,0,'w',5);
INSERT INTO "visitors" VALUES(6,1,0,'u5',6);
CREATE INDEX visitors_by_person on visitors (person_no);
CREATE INDEX contexts_by_visitor on contexts (visitor_no);
CREATE UNIQUE INDEX runs_by_id on runs (run, guide_no, version);
CREATE INDEX runs_by_visitor on runs (visitor_no);
CREATE INDEX runs_by_day on runs (guide_no, mark_no, day, version, language_no, device_no, automated, segments_no);
CREATE INDEX runs_due on runs (due_at) where due_at is not null;
CREATE INDEX tracks on visitor_events (visitor_no, name_no, at) where name_no > 0;
COMMIT;
pragma user_version = 1;
