-- One posting: a listing that was understood and normalised; repeats of one id settled.
CREATE TABLE postings (
    posting_id      VARCHAR PRIMARY KEY,
    source          VARCHAR NOT NULL,
    source_id       VARCHAR,
    id_basis        VARCHAR NOT NULL CHECK (id_basis IN ('source id', 'apply url', 'title, employer and place')),
    content_id      VARCHAR NOT NULL,
    feed            VARCHAR NOT NULL,
    title           VARCHAR NOT NULL,
    title_core      VARCHAR NOT NULL,
    title_stem      VARCHAR NOT NULL,
    level           VARCHAR CHECK (level IN ('intern', 'graduate', 'junior', 'mid', 'senior', 'staff', 'principal', 'lead', 'manager', 'director', 'executive')),
    grade           INTEGER,
    degrees         VARCHAR[] NOT NULL,
    start_year      INTEGER CHECK (start_year BETWEEN 2000 AND 2100),
    team            VARCHAR,
    contract        VARCHAR,
    gender_mark     VARCHAR,
    title_place     VARCHAR,
    requisition_id  VARCHAR,
    employer        VARCHAR,
    employer_key    VARCHAR NOT NULL,
    text_employer   VARCHAR,
    place           VARCHAR,
    city            VARCHAR,
    region          VARCHAR,
    country         VARCHAR,
    place_names     VARCHAR[] NOT NULL,
    latitude        DOUBLE,
    longitude       DOUBLE,
    remote          VARCHAR CHECK (remote IN ('remote', 'hybrid', 'onsite')),
    employment_type VARCHAR CHECK (employment_type IN ('full_time', 'part_time', 'contract', 'temporary', 'internship', 'permanent', 'volunteer', 'other')),
    employment_type_raw VARCHAR,
    level_told      VARCHAR CHECK (level_told IN ('intern', 'graduate', 'junior', 'mid', 'senior', 'staff', 'principal', 'lead', 'manager', 'director', 'executive')),
    level_raw       VARCHAR,
    pay_min         DOUBLE,
    pay_max         DOUBLE,
    pay_currency    VARCHAR,
    pay_period      VARCHAR CHECK (pay_period IN ('hour', 'day', 'week', 'month', 'year')),
    pay_yearly_min  DOUBLE,
    pay_yearly_max  DOUBLE,
    pay_predicted   BOOLEAN,
    pay_raw         VARCHAR,
    posted_on       DATE,
    posted_raw      VARCHAR,
    valid_through   DATE,
    language        VARCHAR,
    url             VARCHAR,
    apply_url       VARCHAR,
    industry        VARCHAR,
    job_function    VARCHAR,
    promoted        BOOLEAN NOT NULL,
    trust           VARCHAR CHECK (trust IN ('employer', 'board', 'aggregator', 'reseller')),
    body_id         VARCHAR NOT NULL,
    body_length     INTEGER NOT NULL CHECK (body_length >= 0),
    is_snippet      BOOLEAN NOT NULL,
    provenance      VARCHAR[] NOT NULL,
    flags           VARCHAR[] NOT NULL,
    versions        INTEGER NOT NULL CHECK (versions >= 1),
    first_seen      DATE NOT NULL,
    last_seen       DATE NOT NULL
);
COMMENT ON TABLE postings IS 'Open postings, one row an id: the listings of the night that were understood, and those of nights before that are still open';
COMMENT ON COLUMN postings.posting_id IS 'Id of the posting: a function of its source and its id there';
COMMENT ON COLUMN postings.source IS 'Board the posting stands on';
COMMENT ON COLUMN postings.source_id IS 'The board''s own id, where it has one';
COMMENT ON COLUMN postings.id_basis IS 'What posting_id was made from';
COMMENT ON COLUMN postings.content_id IS 'Fingerprint of all that the posting says; changes when the ad changes';
COMMENT ON COLUMN postings.feed IS 'Feed the winning record came in';
COMMENT ON COLUMN postings.title IS 'Title, cleaned for people to read';
COMMENT ON COLUMN postings.title_core IS 'Title without its qualifiers, folded: lower case, level and abbreviations unified';
COMMENT ON COLUMN postings.title_stem IS 'Title without team, place, year, degree, requisition and marks, but with its level words, folded: what the variants of one template share';
COMMENT ON COLUMN postings.level IS 'Level the title states; NULL where it states none';
COMMENT ON COLUMN postings.grade IS 'Grade within the level, as in Engineer II or Analyst 3';
COMMENT ON COLUMN postings.degrees IS 'Degrees the title asks for: bachelor, master, phd; sorted, empty where it asks for none';
COMMENT ON COLUMN postings.start_year IS 'Start year the title states';
COMMENT ON COLUMN postings.team IS 'Team, product or speciality the title states beside its core, in brackets or after a dash or comma';
COMMENT ON COLUMN postings.contract IS 'Contract, shift or hours the title states';
COMMENT ON COLUMN postings.gender_mark IS 'Gender mark of the title, such as m/w/d';
COMMENT ON COLUMN postings.title_place IS 'Place the title states';
COMMENT ON COLUMN postings.requisition_id IS 'The employer''s number of the role, from its field, the title or the text';
COMMENT ON COLUMN postings.employer IS 'Employer as the header writes it, cleaned';
COMMENT ON COLUMN postings.employer_key IS 'Employer folded: lower case, legal forms and spellings unified; empty where no employer is named';
COMMENT ON COLUMN postings.text_employer IS 'Employer the text speaks for, where it contradicts the header';
COMMENT ON COLUMN postings.place IS 'Place as delivered, cleaned';
COMMENT ON COLUMN postings.city IS 'City';
COMMENT ON COLUMN postings.region IS 'State or region: its code in the US and Canada, else its name';
COMMENT ON COLUMN postings.country IS 'Country, ISO 3166 alpha-2';
COMMENT ON COLUMN postings.place_names IS 'All names the place goes by, folded: city, region and country, spelled out and short; sorted';
COMMENT ON COLUMN postings.latitude IS 'Latitude of the city, degrees';
COMMENT ON COLUMN postings.longitude IS 'Longitude of the city, degrees';
COMMENT ON COLUMN postings.remote IS 'Where the work is done, as far as the posting tells';
COMMENT ON COLUMN postings.employment_type IS 'Employment type';
COMMENT ON COLUMN postings.employment_type_raw IS 'Employment type as delivered';
COMMENT ON COLUMN postings.level_told IS 'Level the feed''s own field tells, in the words of level; NULL where it tells none of them';
COMMENT ON COLUMN postings.level_raw IS 'Level as delivered';
COMMENT ON COLUMN postings.pay_min IS 'Lower end of pay, in pay_currency per pay_period';
COMMENT ON COLUMN postings.pay_max IS 'Upper end of pay, in pay_currency per pay_period';
COMMENT ON COLUMN postings.pay_currency IS 'Currency of pay, ISO 4217';
COMMENT ON COLUMN postings.pay_period IS 'Period of pay';
COMMENT ON COLUMN postings.pay_yearly_min IS 'Lower end of pay in a full year: 2080 hours, 260 days, 52 weeks, 12 months';
COMMENT ON COLUMN postings.pay_yearly_max IS 'Upper end of pay in a full year';
COMMENT ON COLUMN postings.pay_predicted IS 'Pay was estimated by others than the employer; false where it is stated, NULL where there is none';
COMMENT ON COLUMN postings.pay_raw IS 'Pay as delivered';
COMMENT ON COLUMN postings.posted_on IS 'Day the ad was posted; a relative age is resolved once, when the posting is first seen';
COMMENT ON COLUMN postings.posted_raw IS 'Posting date as delivered';
COMMENT ON COLUMN postings.valid_through IS 'Last day of the ad; it is closed after it';
COMMENT ON COLUMN postings.language IS 'Language of the text, ISO 639-1';
COMMENT ON COLUMN postings.url IS 'Address of the ad''s page, http or https';
COMMENT ON COLUMN postings.apply_url IS 'Canonical address where one applies';
COMMENT ON COLUMN postings.industry IS 'Industry as delivered';
COMMENT ON COLUMN postings.job_function IS 'Job function as delivered';
COMMENT ON COLUMN postings.promoted IS 'Marked as promoted by the board';
COMMENT ON COLUMN postings.trust IS 'Who sends the feed, as feeds.toml says: employer, board, aggregator or reseller';
COMMENT ON COLUMN postings.body_id IS 'Fingerprint of the cleaned text, key of the run''s bodies table';
COMMENT ON COLUMN postings.body_length IS 'Length of the cleaned text, characters';
COMMENT ON COLUMN postings.is_snippet IS 'Only the beginning of the text is known';
COMMENT ON COLUMN postings.provenance IS 'Tracking marks taken off the text, such as resellers'' tags';
COMMENT ON COLUMN postings.flags IS 'What is odd about the posting, such as employer contradicts text';
COMMENT ON COLUMN postings.versions IS 'Different contents that came under this id in this run';
COMMENT ON COLUMN postings.first_seen IS 'Run date on which the posting was first seen';
COMMENT ON COLUMN postings.last_seen IS 'Run date on which the posting was last seen';
